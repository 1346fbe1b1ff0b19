package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

func tinkAead(ctx context.Context, client *kms.Client) {
	key := newKey(ctx, client, "alias/tink")
	uri := "aws-kms://" + key
	remote := must(must(awskms.NewClientWithOptions(ctx, uri)).GetAEAD(uri))
	message, about := []byte("message"), []byte("of whom")
	sealed := must(remote.Encrypt(message, about))
	same(must(remote.Decrypt(sealed, about)), message)
	_, err := remote.Decrypt(sealed, []byte("of another"))
	refused(err, "InvalidCiphertextException")
	ok("encrypts and decrypts by the key, and not with other associated data")

	envelope := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), remote)
	long := make([]byte, 1<<20)
	sealed = must(envelope.Encrypt(long, about))
	same(must(envelope.Decrypt(sealed, about)), long)
	ok("encrypts a mebibyte under a data key that the key wraps")

	handle := must(keyset.NewHandle(aead.AES256GCMKeyTemplate()))
	kept := &keyset.MemReaderWriter{}
	if err := handle.Write(kept, remote); err != nil {
		panic(err)
	}
	read := must(keyset.Read(kept, remote))
	sealed = must(must(aead.New(handle)).Encrypt(message, about))
	same(must(must(aead.New(read)).Decrypt(sealed, about)), message)
	must(client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: aws.String(key)}))
	_, err = keyset.Read(kept, remote)
	refused(err, "DisabledException")
	ok("keeps a keyset under the key, and does not read it while the key is disabled")
}
