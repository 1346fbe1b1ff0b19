import { join } from 'node:path'
import { type Command, inProject, MADE, type Toolchain } from './toolchain.ts'

const folderOf = (language: string): string => inProject(`test/clients/${language}`)

/** A Python of its own with the packages that a requirements file pins, by their hashes. */
const python = (folder: string): Toolchain => {
  const place = join(MADE, folder)
  const pip = join(place, 'bin', 'pip')
  const file = join(folderOf(folder), 'requirements.txt')
  return {
    name: 'Python',
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

/** A module of test/clients/go, whose go.mod and go.sum pin it: a program of its own, or a tool's. */
const go = (module: string, program = '.'): Toolchain => {
  const inFolder = ['go', '-C', join(folderOf('go'), module)] as const
  return {
    name: `Go (${module})`,
    programs: ['go'],
    fetch: [[...inFolder, 'list', '-deps', program]],
    build: [[...inFolder, 'build', '-o', goProgram(module), program]],
  }
}

export const goProgram = (module: string): string => join(MADE, 'go', module)

export const GO_SDK = go('sdk')
export const GO_KMS_WRAPPING = go('kms-wrapping')
const SOPS_TOOL = go('sops', 'github.com/getsops/sops/v3/cmd/sops')
/** its script makes keys by curl, which signs as AWS's clients do */
export const SOPS: Toolchain = { ...SOPS_TOOL, programs: [...SOPS_TOOL.programs, 'curl'] }

/** A script of test/clients/go for a tool; its words are the tool and the go.mod that has its version. */
export const goScript = (module: string): Command => [
  'bash',
  join(folderOf('go'), `${module}.sh`),
  goProgram(module),
  join(folderOf('go'), module, 'go.mod'),
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

const TOFU = go('opentofu', 'github.com/opentofu/opentofu/cmd/tofu')
export const OPENTOFU: Toolchain = {
  ...TOFU,
  name: 'OpenTofu',
  programs: [...TOFU.programs, 'openssl'],
  // what fetches the provider is the tool itself
  build: [...TOFU.build, ...providers(goProgram('opentofu'))],
}

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
