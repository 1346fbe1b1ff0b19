package main

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"go.step.sm/crypto/kms/apiv1"
	"go.step.sm/crypto/kms/awskms"
)

// The keys of step-ca and of step-kms-plugin in AWS KMS.
func smallstep(ctx context.Context, _ *kms.Client) {
	step := must(awskms.New(ctx, apiv1.Options{URI: "awskms:region=us-east-1"}))
	defer step.Close()
	for _, algorithm := range []apiv1.SignatureAlgorithm{apiv1.ECDSAWithSHA256, apiv1.ECDSAWithSHA384, apiv1.SHA256WithRSA, apiv1.SHA256WithRSAPSS} {
		made := must(step.CreateKey(&apiv1.CreateKeyRequest{Name: "awskms:name=root", SignatureAlgorithm: algorithm}))
		signer := must(step.CreateSigner(&made.CreateSignerRequest))
		root := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		der := must(x509.CreateCertificate(nil, root, root, made.PublicKey, signer))
		root = must(x509.ParseCertificate(der))
		if err := root.CheckSignatureFrom(root); err != nil {
			panic(err)
		}
		asked := must(step.GetPublicKey(&apiv1.GetPublicKeyRequest{Name: made.Name}))
		same(must(x509.MarshalPKIXPublicKey(asked)), must(x509.MarshalPKIXPublicKey(root.PublicKey)))
	}
	ok("makes keys of an authority (ECDSA, RSA) with alias and tag, and signs certificates that Go's crypto verifies")

	_, err := step.CreateSigner(&apiv1.CreateSignerRequest{SigningKey: "awskms:key-id=alias/none"})
	refused(err, "NotFoundException")
	ok("says which key is not there")
}
