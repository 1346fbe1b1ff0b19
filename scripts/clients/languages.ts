import { join } from 'node:path'
import { type Command, inProject, MADE, type Toolchain } from './toolchain.ts'

const folderOf = (language: string): string => inProject(`test/clients/${language}`)

/** A Python of its own with the packages that a folder's requirements file pins, by their hashes. */
const python = (folder: string, name = 'Python'): Toolchain => {
  const place = join(MADE, folder)
  const pip = join(place, 'bin', 'pip')
  const file = join(folderOf(folder), 'requirements.txt')
  return {
    name,
    programs: ['python3'],
    fetch: [
      ['python3', '-m', 'venv', place],
      [pip, 'install', '--quiet', '--require-hashes', '-r', file],
    ],
    build: [],
  }
}

export const PYTHON = python('python')

/** A program of test/clients/python, run by the Python that has the clients. */
export const pythonProgram = (name: string): Command => [
  join(MADE, 'python', 'bin', 'python'),
  join(folderOf('python'), `${name}.py`),
]

/** A script of test/clients/python; its first word is the Python beside which the commands are. */
export const pythonScript = (name: string): Command => [
  'bash',
  join(folderOf('python'), `${name}.sh`),
  join(MADE, 'python', 'bin', 'python'),
]

export const ANSIBLE = python('ansible', 'Python (ansible)')

/** Its script's words are the Python beside which the commands are, and the playbook. */
export const ansibleScript: Command = [
  'bash',
  join(folderOf('ansible'), 'run.sh'),
  join(MADE, 'ansible', 'bin', 'python'),
  join(folderOf('ansible'), 'playbook.yaml'),
]

/** A module of test/clients/go, whose go.mod and go.sum pin it: a program of its own, or a tool's. */
const go = (module: string, program = '.', flags: readonly string[] = []): Toolchain => {
  const inFolder = ['go', '-C', join(folderOf('go'), module)] as const
  return {
    name: `Go (${module})`,
    programs: ['go'],
    fetch: [[...inFolder, 'list', '-deps', program]],
    build: [[...inFolder, 'build', ...flags, '-o', goProgram(module), program]],
  }
}

export const goProgram = (module: string): string => join(MADE, 'go', module)

export const GO_SDK = go('sdk')
export const GO_KMS_WRAPPING = go('kms-wrapping')
export const GO_LIBRARIES = go('libraries')
const SOPS_TOOL = go('sops', 'github.com/getsops/sops/v3/cmd/sops')
/** its script makes keys by curl, which signs as AWS's clients do */
export const SOPS: Toolchain = { ...SOPS_TOOL, programs: [...SOPS_TOOL.programs, 'curl'] }

const COSIGN_TOOL = go('cosign', 'github.com/sigstore/cosign/v3/cmd/cosign')
/** with a registry for the images that it signs */
const CRANE = 'github.com/google/go-containerregistry/cmd/crane'
export const COSIGN: Toolchain = {
  ...COSIGN_TOOL,
  build: [
    ...COSIGN_TOOL.build,
    ['go', '-C', join(folderOf('go'), 'cosign'), 'build', '-o', goProgram('crane'), CRANE],
  ],
}

/** A script of test/clients/go for a tool; its words are the tool, the go.mod that has its version, and others. */
export const goScript = (module: string, ...others: string[]): Command => [
  'bash',
  join(folderOf('go'), `${module}.sh`),
  goProgram(module),
  join(folderOf('go'), module, 'go.mod'),
  ...others,
]

/** Terraform or OpenTofu with the AWS provider, as test/clients/terraform drives both. */
const providers = (tool: string): readonly Command[] => [
  ['bash', join(folderOf('terraform'), 'providers.sh'), tool, folderOf('terraform')],
]
export const terraformScript = (tool: string): Command => [
  'bash',
  join(folderOf('terraform'), 'run.sh'),
  tool,
  folderOf('terraform'),
]

export const TERRAFORM: Toolchain = {
  name: 'Terraform',
  programs: ['terraform', 'openssl'],
  fetch: providers('terraform'),
  build: [],
}

// as its releases are built: it says that it is one
const TOFU = go('opentofu', 'github.com/opentofu/opentofu/cmd/tofu', [
  '-ldflags=-X github.com/opentofu/opentofu/version.dev=no',
])
export const OPENTOFU: Toolchain = {
  ...TOFU,
  name: 'OpenTofu',
  programs: [...TOFU.programs, 'openssl'],
  // what fetches the provider is the tool itself
  build: [...TOFU.build, ...providers(goProgram('opentofu'))],
}

/** The crate of test/clients/rust, whose Cargo.lock pins it. */
const cargo = (command: string, ...words: string[]): Command => [
  'cargo',
  command,
  '--quiet',
  '--locked',
  '--manifest-path',
  join(folderOf('rust'), 'Cargo.toml'),
  ...words,
]
const RUST_MADE = join(MADE, 'rust')

export const RUST: Toolchain = {
  name: 'Rust',
  programs: ['cargo'],
  fetch: [cargo('fetch')],
  build: [cargo('build', '--offline', '--target-dir', RUST_MADE)],
}
export const RUST_PROGRAM: Command = [join(RUST_MADE, 'debug', 'client')]

/** Debian's ruby-aws-sdk-kms, or the gem of that name: the machine's own, whichever version. */
export const RUBY: Toolchain = {
  name: 'Ruby',
  programs: ['ruby'],
  fetch: [
    ['ruby', '-e', "begin; require 'aws-sdk-kms'; rescue LoadError => e; abort e.message; end"],
  ],
  build: [],
}
export const RUBY_PROGRAM: Command = ['ruby', join(folderOf('ruby'), 'client.rb')]

const JAVA_MADE = join(MADE, 'java')
const maven = ['mvn', '-q', '-B', '-f', join(folderOf('java'), 'pom.xml')] as const

export const JAVA: Toolchain = {
  name: 'Java',
  programs: ['java', 'mvn'],
  fetch: [
    [...maven, 'dependency:copy-dependencies', `-DoutputDirectory=${join(JAVA_MADE, 'lib')}`],
  ],
  build: [[...maven, `-Dmade=${JAVA_MADE}`, 'compile']],
}

/** A class of test/clients/java. */
export const javaProgram = (name: string): Command => [
  'java',
  '-cp',
  `${join(JAVA_MADE, 'classes')}:${join(JAVA_MADE, 'lib', '*')}`,
  `clients.${name}`,
]
