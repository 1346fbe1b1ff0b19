import {
  ANSIBLE,
  ansibleScript,
  COSIGN,
  GO_KMS_WRAPPING,
  GO_LIBRARIES,
  GO_SDK,
  goProgram,
  goScript,
  JAVA,
  javaProgram,
  OPENTOFU,
  PYTHON,
  pythonProgram,
  pythonScript,
  RUBY,
  RUBY_PROGRAM,
  RUST,
  RUST_PROGRAM,
  SOPS,
  TERRAFORM,
  terraformScript,
} from './languages.ts'
import type { Command, Toolchain } from './toolchain.ts'

/** A client of another language, with the program that drives it. */
export interface Subject {
  /** what `--only` calls it */
  readonly id: string
  /** what people call it */
  readonly client: string
  /** what its users set, as README says it */
  readonly set: string
  readonly toolchain: Toolchain
  /** whether it keeps data in a DynamoDB table: a local one is started for it */
  readonly table?: boolean
  readonly command: Command
  /** another variable that has the endpoint of AWS KMS for it */
  readonly kmsEndpoint?: string
}

const KMS = '`AWS_ENDPOINT_URL_KMS`'
const ALL = '`AWS_ENDPOINT_URL_KMS`, `AWS_ENDPOINT_URL_IAM`, `AWS_ENDPOINT_URL_STS`'

/** Every client that is driven, in the order in which it is. */
export const SUBJECTS: readonly Subject[] = [
  {
    id: 'boto3',
    client: 'boto3 (Python)',
    set: ALL,
    toolchain: PYTHON,
    command: pythonProgram('boto3_client'),
  },
  {
    id: 'aws-cli',
    client: 'AWS CLI',
    set: ALL,
    toolchain: PYTHON,
    command: pythonScript('aws_cli'),
  },
  {
    id: 'encryption-sdk-python',
    client: 'AWS Encryption SDK for Python',
    set: KMS,
    toolchain: PYTHON,
    command: pythonProgram('encryption_sdk'),
  },
  {
    id: 'credstash',
    client: 'credstash',
    set: KMS,
    toolchain: PYTHON,
    table: true,
    command: pythonScript('credstash'),
  },
  {
    id: 'go-sdk',
    client: 'AWS SDK for Go v2',
    set: ALL,
    toolchain: GO_SDK,
    command: [goProgram('sdk')],
  },
  {
    id: 'sops',
    client: 'SOPS',
    set: KMS,
    toolchain: SOPS,
    command: goScript('sops'),
  },
  {
    id: 'cosign',
    client: 'cosign (`awskms://`)',
    set: KMS,
    toolchain: COSIGN,
    command: goScript('cosign', goProgram('crane')),
  },
  {
    id: 'kms-wrapping',
    client: 'Vault and OpenBao, seal `awskms` (by their library go-kms-wrapping)',
    set: '`AWS_KMS_ENDPOINT`',
    toolchain: GO_KMS_WRAPPING,
    command: [goProgram('kms-wrapping')],
    kmsEndpoint: 'AWS_KMS_ENDPOINT',
  },
  {
    id: 'gocloud',
    client: 'Pulumi, secrets provider `awskms://` (by its library gocloud.dev)',
    set: KMS,
    toolchain: GO_LIBRARIES,
    command: [goProgram('libraries'), 'gocloud'],
  },
  {
    id: 'tink',
    client: 'Tink (Go), `aws-kms://`',
    set: KMS,
    toolchain: GO_LIBRARIES,
    command: [goProgram('libraries'), 'tink'],
  },
  {
    id: 'smallstep',
    client: 'step-ca and step-kms-plugin, `awskms:` (by their library go.step.sm/crypto)',
    set: KMS,
    toolchain: GO_LIBRARIES,
    command: [goProgram('libraries'), 'smallstep'],
  },
  {
    id: 'java-sdk',
    client: 'AWS SDK for Java 2',
    set: '`AWS_ENDPOINT_URL_KMS`, `AWS_ENDPOINT_URL_STS`',
    toolchain: JAVA,
    command: javaProgram('Sdk'),
  },
  {
    id: 'encryption-sdk-java',
    client: 'AWS Encryption SDK for Java',
    set: KMS,
    toolchain: JAVA,
    command: javaProgram('EncryptionSdk'),
  },
  {
    id: 'rust-sdk',
    client: 'AWS SDK for Rust',
    set: ALL,
    toolchain: RUST,
    command: RUST_PROGRAM,
  },
  {
    id: 'ruby-sdk',
    client: 'AWS SDK for Ruby 3',
    set: 'the option `endpoint` of its clients',
    toolchain: RUBY,
    command: RUBY_PROGRAM,
  },
  {
    id: 'terraform',
    client: 'Terraform, AWS provider',
    set: ALL,
    toolchain: TERRAFORM,
    command: terraformScript('terraform'),
  },
  {
    id: 'opentofu',
    client: 'OpenTofu, AWS provider',
    set: ALL,
    toolchain: OPENTOFU,
    command: terraformScript(goProgram('opentofu')),
  },
  {
    id: 'ansible',
    client: 'Ansible, collection amazon.aws',
    set: ALL,
    toolchain: ANSIBLE,
    command: ansibleScript,
  },
]
