// The AWS SDK for Go, version 2, as programs use it: clients made of the environment alone.
package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

func main() {
	ctx := context.Background()
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasSuffix(module.Path, "service/kms") || strings.HasSuffix(module.Path, "aws-sdk-go-v2") {
			fmt.Println("version:", strings.TrimPrefix(module.Path, "github.com/aws/"), module.Version)
		}
	}
	settings := must(config.LoadDefaultConfig(ctx))
	client := kms.NewFromConfig(settings)
	account := os.Getenv("ACCOUNT")

	who := must(sts.NewFromConfig(settings).GetCallerIdentity(ctx, nil))
	equal(*who.Account, account)
	made := must(client.CreateKey(ctx, &kms.CreateKeyInput{Description: aws.String("größe")})).KeyMetadata
	must(client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/app"), TargetKeyId: made.KeyId}))
	described := must(client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/app")})).KeyMetadata
	equal(*described.Arn, *made.Arn)
	equal(time.Since(*described.CreationDate).Abs() < 5*time.Minute, true)
	equal(described.KeyState, types.KeyStateEnabled)
	ok("says who calls, makes a key and an alias, describes it")

	secret := []byte{0, 255, 'h', 'i'}
	with := map[string]string{"purpose": "go", "größe": "10 €"}
	sealed := must(client.Encrypt(ctx, &kms.EncryptInput{KeyId: made.KeyId, Plaintext: secret, EncryptionContext: with}))
	opened := must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: with}))
	equal(bytes.Equal(opened.Plaintext, secret), true)
	_, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	var invalid *types.InvalidCiphertextException
	equal(errors.As(err, &invalid), true)
	data := must(client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: made.KeyId, KeySpec: types.DataKeySpecAes256}))
	opened = must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: data.CiphertextBlob}))
	equal(bytes.Equal(opened.Plaintext, data.Plaintext), true)
	ok("encrypts, decrypts, generates a data key, and tells an invalid ciphertext by its type")

	signer := must(client.CreateKey(ctx, &kms.CreateKeyInput{
		KeySpec: types.KeySpecEccNistP256, KeyUsage: types.KeyUsageTypeSignVerify,
	})).KeyMetadata.KeyId
	message := []byte("message")
	signature := must(client.Sign(ctx, &kms.SignInput{
		KeyId: signer, Message: message, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256,
	})).Signature
	der := must(client.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: signer})).PublicKey
	public := must(x509.ParsePKIXPublicKey(der)).(*ecdsa.PublicKey)
	digest := sha256.Sum256(message)
	equal(ecdsa.VerifyASN1(public, digest[:], signature), true)
	ok("signs what Go's crypto verifies")

	tagger := must(client.CreateKey(ctx, &kms.CreateKeyInput{
		KeySpec: types.KeySpecHmac512, KeyUsage: types.KeyUsageTypeGenerateVerifyMac,
	})).KeyMetadata.KeyId
	mac := must(client.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: tagger, Message: message, MacAlgorithm: types.MacAlgorithmSpecHmacSha512,
	}))
	must(client.VerifyMac(ctx, &kms.VerifyMacInput{
		KeyId: tagger, Message: message, Mac: mac.Mac, MacAlgorithm: types.MacAlgorithmSpecHmacSha512,
	}))
	ok("makes and verifies a MAC")

	for index := range 7 {
		name := aws.String(fmt.Sprintf("alias/page-%d", index))
		must(client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: name, TargetKeyId: signer}))
	}
	pages := kms.NewListAliasesPaginator(client, &kms.ListAliasesInput{KeyId: signer, Limit: aws.Int32(3)})
	counted := []int{}
	for pages.HasMorePages() {
		counted = append(counted, len(must(pages.NextPage(ctx)).Aliases))
	}
	equal(fmt.Sprint(counted), "[3 3 1]")
	ok("lists by paginators")

	users := iam.NewFromConfig(settings)
	trust := policy("sts:AssumeRole", `"Principal":{"AWS":"`+account+`"}`)
	role := must(users.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("app"), AssumeRolePolicyDocument: aws.String(trust),
	})).Role
	back := must(url.QueryUnescape(*role.AssumeRolePolicyDocument))
	equal(json.Valid([]byte(back)), true)
	must(users.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: role.RoleName, PolicyName: aws.String("own"),
		PolicyDocument: aws.String(policy("kms:Decrypt", `"Resource":"*"`)),
	}))
	worker := must(users.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("worker")})).User
	must(users.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: worker.UserName, PolicyName: aws.String("own"),
		PolicyDocument: aws.String(policy("sts:AssumeRole", `"Resource":"*"`)),
	}))
	key := must(users.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: worker.UserName})).AccessKey
	theirs := settings.Copy()
	theirs.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}, nil
	})
	assumed := settings.Copy()
	assumed.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(theirs), *role.Arn))
	as := kms.NewFromConfig(assumed)
	opened = must(as.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: with}))
	equal(bytes.Equal(opened.Plaintext, secret), true)
	_, err = as.Encrypt(ctx, &kms.EncryptInput{KeyId: made.KeyId, Plaintext: secret})
	var refused smithy.APIError
	equal(errors.As(err, &refused) && refused.ErrorCode() == "AccessDeniedException", true)
	ok("assumes a role by its credential provider, which may what its policy allows and no more")

	must(client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: made.KeyId}))
	_, err = client.Encrypt(ctx, &kms.EncryptInput{KeyId: made.KeyId, Plaintext: secret})
	var disabled *types.DisabledException
	equal(errors.As(err, &disabled), true)
	_, err = client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/none")})
	var missing *types.NotFoundException
	equal(errors.As(err, &missing), true)
	ok("tells a disabled key and an alias that is not there by their types")
}

func policy(action, more string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `",` + more + `}]}`
}

func ok(step string) { fmt.Println("ok:", step) }

func must[T any](value T, err error) T {
	if err != nil {
		fail(err)
	}
	return value
}

func equal[T comparable](found, wanted T) {
	if found != wanted {
		fail(fmt.Errorf("not %v but %v", wanted, found))
	}
}

func fail(err error) {
	panic(err)
}
