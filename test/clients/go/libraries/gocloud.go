package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"gocloud.dev/secrets"
	_ "gocloud.dev/secrets/awskms"
)

// The secrets provider awskms:// of Pulumi, which opens it by gocloud.dev with the URL as it stands in the stack.
func gocloud(ctx context.Context, client *kms.Client) {
	key := newKey(ctx, client, "alias/stack")
	keeper := must(secrets.OpenKeeper(ctx, "awskms:///alias/stack?region=us-east-1&context_stack=prod"))
	defer keeper.Close()
	secret := []byte("päss wörd")
	sealed := must(keeper.Encrypt(ctx, secret))
	same(must(keeper.Decrypt(ctx, sealed)), secret)
	byArn := must(secrets.OpenKeeper(ctx, "awskms:///"+key+"?region=us-east-1&context_stack=prod"))
	defer byArn.Close()
	same(must(byArn.Decrypt(ctx, sealed)), secret)
	ok("encrypts and decrypts under an alias or an ARN, with an encryption context in the URL")

	other := must(secrets.OpenKeeper(ctx, "awskms:///alias/stack?region=us-east-1&context_stack=test"))
	defer other.Close()
	_, err := other.Decrypt(ctx, sealed)
	refused(err, "InvalidCiphertextException")
	must(client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: aws.String(key)}))
	_, err = keeper.Decrypt(ctx, sealed)
	refused(err, "DisabledException")
	ok("does not decrypt under another context, nor while the key is disabled")
}
