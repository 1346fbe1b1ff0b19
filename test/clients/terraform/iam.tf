# The resources of AWS IAM that tenkey has.
resource "aws_iam_user" "worker" {
  name                 = "worker"
  path                 = "/app/"
  permissions_boundary = aws_iam_policy.use.arn
  tags                 = { round = var.round }
}

resource "aws_iam_access_key" "worker" {
  user   = aws_iam_user.worker.name
  status = var.round == "first" ? "Active" : "Inactive"
}

resource "aws_iam_user_policy" "worker" {
  name   = "own"
  user   = aws_iam_user.worker.name
  policy = data.aws_iam_policy_document.use.json
}

resource "aws_iam_role" "app" {
  name                 = "app"
  description          = "of ${var.round}"
  max_session_duration = 7200
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
    }]
  })
  tags = { round = var.round }
}

resource "aws_iam_role_policy" "app" {
  name   = "own"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.use.json
}

data "aws_iam_policy_document" "use" {
  statement {
    actions   = var.round == "first" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:Encrypt"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:purpose"
      values   = ["terraform"]
    }
  }
}

resource "aws_iam_policy" "use" {
  name   = "use"
  policy = data.aws_iam_policy_document.use.json
  tags   = { team = "a" }
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.use.arn
}

resource "aws_iam_user_policy_attachment" "worker" {
  user       = aws_iam_user.worker.name
  policy_arn = aws_iam_policy.use.arn
}

resource "aws_iam_group" "team" {
  name = "team"
}

resource "aws_iam_group_policy_attachment" "team" {
  group      = aws_iam_group.team.name
  policy_arn = aws_iam_policy.use.arn
}

resource "aws_iam_group_membership" "team" {
  name  = "team"
  group = aws_iam_group.team.name
  users = [aws_iam_user.worker.name]
}

resource "aws_iam_group_policy" "team" {
  name   = "own"
  group  = aws_iam_group.team.name
  policy = data.aws_iam_policy_document.use.json
}

resource "aws_iam_instance_profile" "machine" {
  name = "machine"
  role = aws_iam_role.app.name
  tags = { round = var.round }
}

resource "aws_iam_openid_connect_provider" "pipeline" {
  url             = "https://token.example.com"
  client_id_list  = var.round == "first" ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "tenkey"]
  thumbprint_list = ["0123456789012345678901234567890123456789"]
}

data "aws_iam_role" "app" {
  name = aws_iam_role.app.name
}

data "aws_iam_policy" "use" {
  arn = aws_iam_policy.use.arn
}

data "aws_iam_users" "app" {
  path_prefix = aws_iam_user.worker.path
}

output "found" {
  value = join(" ", concat([data.aws_iam_role.app.description, data.aws_iam_policy.use.name], tolist(data.aws_iam_users.app.names)))
}
