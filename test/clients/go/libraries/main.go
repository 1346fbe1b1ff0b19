// Libraries by which programs keep their secrets and certificates under keys of AWS KMS, each as its users call it:
// libraries gocloud|tink|smallstep.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

var programs = map[string]struct {
	module string
	run    func(context.Context, *kms.Client)
}{
	"gocloud":   {"gocloud.dev", gocloud},
	"smallstep": {"go.step.sm/crypto", smallstep},
	"tink":      {"github.com/tink-crypto/tink-go-awskms/v3", tinkAead},
}

func main() {
	ctx := context.Background()
	program := programs[os.Args[1]]
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == program.module {
			fmt.Println("version:", strings.TrimPrefix(module.Path, "github.com/"), module.Version)
		}
	}
	program.run(ctx, kms.NewFromConfig(must(config.LoadDefaultConfig(ctx))))
}

// An alias of a new key, which these libraries make none of.
func newKey(ctx context.Context, client *kms.Client, alias string) string {
	made := must(client.CreateKey(ctx, &kms.CreateKeyInput{})).KeyMetadata
	must(client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String(alias), TargetKeyId: made.KeyId}))
	return *made.Arn
}

func ok(step string) { fmt.Println("ok:", step) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func same(found, wanted []byte) {
	if !bytes.Equal(found, wanted) {
		panic(fmt.Errorf("not %q but %q", wanted, found))
	}
}

// That a call was refused with words.
func refused(err error, words string) {
	if err == nil || !strings.Contains(err.Error(), words) {
		panic(fmt.Errorf("not refused with %s: %v", words, err))
	}
}
