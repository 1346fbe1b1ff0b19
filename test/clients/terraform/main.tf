# Every resource of AWS KMS, as the AWS provider manages them; iam.tf has those of AWS IAM.
terraform {
  required_providers {
    aws = {
      source  = "registry.terraform.io/hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "far"
  region = "eu-central-1"
}

# what a second run changes
variable "round" {
  type    = string
  default = "first"
}

data "aws_caller_identity" "me" {}

locals {
  signing = ["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"]
  macs    = ["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"]
  usages = merge(
    { for spec in local.signing : spec => "SIGN_VERIFY" },
    { for spec in local.macs : spec => "GENERATE_VERIFY_MAC" },
    { SYMMETRIC_DEFAULT = "ENCRYPT_DECRYPT" },
  )
}

resource "aws_kms_key" "spec" {
  for_each                 = local.usages
  customer_master_key_spec = each.key
  key_usage                = each.value
  description              = "${each.key} ${var.round}"
  deletion_window_in_days  = 7
  enable_key_rotation      = each.key == "SYMMETRIC_DEFAULT" ? true : null
  is_enabled               = var.round == "first"
  tags                     = { round = var.round, "größe" = "10 €" }
}

resource "aws_kms_key" "decrypts" {
  customer_master_key_spec = "RSA_2048"
  key_usage                = "ENCRYPT_DECRYPT"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "agreement" {
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "KEY_AGREEMENT"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "app" {
  description             = "app"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = var.round == "first" ? 180 : 365
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.round == "first" ? { team = "a", cost = "1" } : { cost = "2" }
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "account"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }
  statement {
    sid       = "role"
    actions   = var.round == "first" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:Encrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.app.arn]
    }
  }
}

resource "aws_kms_alias" "app" {
  name          = "alias/app"
  target_key_id = var.round == "first" ? aws_kms_key.app.key_id : aws_kms_key.spec["SYMMETRIC_DEFAULT"].key_id
}

resource "aws_kms_alias" "prefixed" {
  name_prefix   = "alias/app-"
  target_key_id = aws_kms_key.app.key_id
}

resource "aws_kms_key_policy" "separate" {
  key_id = aws_kms_key.agreement.id
  policy = data.aws_iam_policy_document.key.json
}

resource "aws_kms_grant" "app" {
  name              = "app"
  key_id            = aws_kms_key.app.key_id
  grantee_principal = aws_iam_role.app.arn
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_subset = { round = var.round }
  }
}

resource "aws_kms_external_key" "own" {
  description             = "own material"
  deletion_window_in_days = 7
  key_material_base64     = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  enabled                 = true
  tags                    = { round = var.round }
}

resource "aws_kms_key" "multi" {
  multi_region            = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "far" {
  provider                = aws.far
  primary_key_arn         = aws_kms_key.multi.arn
  description             = "replica ${var.round}"
  deletion_window_in_days = 7
}

resource "aws_kms_external_key" "multi" {
  multi_region            = true
  deletion_window_in_days = 7
  key_material_base64     = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="
  enabled                 = true
}

resource "aws_kms_replica_external_key" "far" {
  provider                = aws.far
  primary_key_arn         = aws_kms_external_key.multi.arn
  deletion_window_in_days = 7
  key_material_base64     = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="
  enabled                 = true
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.app.key_id
  plaintext = "päss wörd"
  context   = { purpose = "terraform" }
}

data "aws_kms_secrets" "secret" {
  secret {
    name    = "password"
    payload = aws_kms_ciphertext.secret.ciphertext_blob
    context = { purpose = "terraform" }
  }
}

data "aws_kms_key" "app" {
  key_id = aws_kms_alias.prefixed.arn
}

data "aws_kms_alias" "app" {
  name = aws_kms_alias.app.name
}

data "aws_kms_public_key" "signing" {
  key_id = aws_kms_key.agreement.arn
}

output "password" {
  value     = data.aws_kms_secrets.secret.plaintext["password"]
  sensitive = true
}

output "same_key" {
  value = data.aws_kms_key.app.arn == aws_kms_key.app.arn
}

output "key_id" {
  value = aws_kms_key.app.key_id
}

# the proxy that test:clients starts
variable "xks_endpoint" { type = string }
variable "xks_access_key_id" { type = string }
variable "xks_secret_access_key" { type = string }

resource "aws_kms_custom_key_store" "proxy" {
  custom_key_store_name  = "proxy ${var.round}"
  custom_key_store_type  = "EXTERNAL_KEY_STORE"
  xks_proxy_connectivity = "PUBLIC_ENDPOINT"
  xks_proxy_uri_endpoint = var.xks_endpoint
  xks_proxy_uri_path     = var.round == "first" ? "/kms/xks/v1" : "/moved/kms/xks/v1"
  xks_proxy_authentication_credential {
    access_key_id         = var.xks_access_key_id
    raw_secret_access_key = var.xks_secret_access_key
  }
}

data "aws_kms_custom_key_store" "proxy" {
  custom_key_store_name = aws_kms_custom_key_store.proxy.custom_key_store_name
}
