import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Tenant } from './tenant-sessions.ts'

/** The vendor's database, made where there is none. */
export function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'))
  return db
}

/** A tenant, and whether it may work. @throws Error for one that the vendor does not have */
export function tenantNamed(db: DatabaseSync, name: string): Tenant & { suspended: boolean } {
  const row = db.prepare('SELECT * FROM tenants WHERE name = ?').get(name)
  if (row === undefined) throw new Error(`there is no tenant ${name}`)
  return {
    account: String(row['account']),
    name: String(row['name']),
    externalId: String(row['external_id']),
    suspended: row['suspended'] === 1,
  }
}
