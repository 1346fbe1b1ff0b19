// @module-tag process
import { mkdirSync, readdirSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { newFolder, removeFolders } from '../support/process.ts'

afterAll(removeFolders)

describe('tenkey demo', () => {
  test('shows what is refused and why, and leaves nothing', async () => {
    const data = newFolder()
    mkdirSync(data)
    const { code, stdout, stderr } = await runCommand(['demo'], { TENKEY_DATA: data })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    const line = (begin: string) => lines.find((one) => one.startsWith(begin))
    expect(line('acme decrypts it')).toBe('acme decrypts it: 4111 1111 1111 1111')
    expect(line('moved to row 2')).toBe(
      'moved to row 2 it does not open: Invalid ciphertext (InvalidCiphertextException)',
    )
    expect(line('rival has the ciphertext')).toContain('(AccessDeniedException)')
    expect(line('acme is suspended')).toMatch(/\(\w+Exception\)$/)
    expect(line('acme comes back')).toContain('(DisabledException)')
    const trail = lines.slice(lines.indexOf('  CreateKey'))
    expect(trail.filter((one) => /Key|crypt/.test(one))).toEqual([
      '  CreateKey',
      '  Encrypt',
      '  Decrypt',
      '  Decrypt (InvalidCiphertextException)',
      '  DisableKey',
      '  Decrypt (DisabledException)',
    ])
    expect(readdirSync(data)).toEqual([])
  })
})
