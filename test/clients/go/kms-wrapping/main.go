// HashiCorp's go-kms-wrapping, by which Vault and OpenBao seal themselves with `seal "awskms"`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kms"
	wrapping "github.com/hashicorp/go-kms-wrapping/v2"
	"github.com/hashicorp/go-kms-wrapping/wrappers/awskms/v2"
)

func main() {
	ctx := context.Background()
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasPrefix(module.Path, "github.com/hashicorp/go-kms-wrapping") || module.Path == "github.com/aws/aws-sdk-go" {
			fmt.Println("version:", strings.TrimPrefix(module.Path, "github.com/"), module.Version)
		}
	}
	// the key is made by the SDK that the library has, version 1, which knows no endpoint from the environment
	endpoint := os.Getenv("AWS_KMS_ENDPOINT")
	client := kms.New(must(session.NewSession(&aws.Config{Endpoint: &endpoint})))
	first := must(client.CreateKey(&kms.CreateKeyInput{})).KeyMetadata.KeyId
	must(client.CreateAlias(&kms.CreateAliasInput{AliasName: aws.String("alias/vault"), TargetKeyId: first}))

	// as Vault starts: its seal's key by an alias
	seal := awskms.NewWrapper()
	must(seal.SetConfig(ctx, wrapping.WithConfigMap(map[string]string{"kms_key_id": "alias/vault"})))
	id := must(seal.KeyId(ctx))
	if !strings.HasSuffix(id, *first) {
		panic("the seal's key is " + id)
	}
	ok("finds the key of a seal by its alias")

	master := []byte("the root key of a Vault")
	bound := wrapping.WithAad([]byte("bound"))
	blob := must(seal.Encrypt(ctx, master, bound))
	if string(must(seal.Decrypt(ctx, blob, bound))) != string(master) {
		panic("another root key came back")
	}
	ok("seals and unseals")

	// a new key behind the alias: what was sealed before still opens, by the key that the blob names
	second := must(client.CreateKey(&kms.CreateKeyInput{})).KeyMetadata.KeyId
	must(client.UpdateAlias(&kms.UpdateAliasInput{AliasName: aws.String("alias/vault"), TargetKeyId: second}))
	again := awskms.NewWrapper()
	must(again.SetConfig(ctx, wrapping.WithConfigMap(map[string]string{"kms_key_id": "alias/vault"})))
	if string(must(again.Decrypt(ctx, blob, bound))) != string(master) {
		panic("another root key came back")
	}
	fresh := must(again.Encrypt(ctx, master, bound))
	if !strings.HasSuffix(fresh.KeyInfo.KeyId, *second) {
		panic("sealed by " + fresh.KeyInfo.KeyId)
	}
	ok("opens after its alias has another key, and seals by that one")

	must(client.DisableKey(&kms.DisableKeyInput{KeyId: first}))
	_, err := again.Decrypt(ctx, blob, bound)
	if err == nil || !strings.Contains(err.Error(), kms.ErrCodeDisabledException) {
		panic(errors.Join(errors.New("not refused for a disabled key"), err))
	}
	must(client.EnableKey(&kms.EnableKeyInput{KeyId: first}))
	must(again.Decrypt(ctx, blob, bound))
	ok("stays sealed while its key is disabled, and opens once it is enabled")
}

func ok(step string) { fmt.Println("ok:", step) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
