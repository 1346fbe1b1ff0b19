import { TABLE } from '../core/store/table-shape.ts'

/** In whose language a template is. */
export const FORMATS = ['cloudformation', 'terraform'] as const
export type Format = (typeof FORMATS)[number]

/** What a table has beside its keys; the name is DynamoDB's, of letters, digits, `_`, `.` and `-`. */
export interface TableChoices {
  readonly table: string
  /** whether it can be deleted only once that was allowed */
  readonly protected: boolean
}

const { attributes, key, index } = TABLE

/**
 * The table of a store as a template that AWS CloudFormation or Terraform takes: on demand, encrypted under the
 * account's AWS managed key, restorable, never deleted with its stack.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
 */
export const tableTemplate = (format: Format, choices: TableChoices): string =>
  format === 'terraform' ? terraform(choices) : cloudFormation(choices)

function cloudFormation(choices: TableChoices): string {
  const keys = ({ hash, range }: { hash: string; range: string }) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The table of tenkey, a key management service',
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          TableName: choices.table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: Object.entries(attributes).map(([name, type]) => ({
            AttributeName: name,
            AttributeType: type,
          })),
          KeySchema: keys(key),
          GlobalSecondaryIndexes: [
            {
              IndexName: index.name,
              KeySchema: keys(index),
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
          TimeToLiveSpecification: { AttributeName: TABLE.expires, Enabled: true },
          StreamSpecification: { StreamViewType: TABLE.stream },
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: {
            PointInTimeRecoveryEnabled: true,
            RecoveryPeriodInDays: TABLE.recoveryDays,
          },
          DeletionProtectionEnabled: choices.protected,
        },
      },
    },
    Outputs: {
      TableName: { Value: { Ref: 'Table' } },
      TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    },
  }
  return `${JSON.stringify(template, null, 2)}\n`
}

function terraform(choices: TableChoices): string {
  const declared = Object.entries(attributes).map(
    ([name, type]) => `  attribute {
    name = "${name}"
    type = "${type}"
  }
`,
  )
  return `resource "aws_dynamodb_table" "tenkey" {
  name         = "${choices.table}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "${key.hash}"
  range_key    = "${key.range}"

${declared.join('\n')}
  global_secondary_index {
    name            = "${index.name}"
    hash_key        = "${index.hash}"
    range_key       = "${index.range}"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "${TABLE.expires}"
    enabled        = true
  }

  stream_enabled   = true
  stream_view_type = "${TABLE.stream}"

  server_side_encryption {
    enabled = true
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = ${TABLE.recoveryDays}
  }

  deletion_protection_enabled = ${choices.protected}

  lifecycle {
    prevent_destroy = true
  }
}
`
}
