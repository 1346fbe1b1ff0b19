import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { DataKeys } from './data-keys.ts'
import { dataKeyOf, open, seal } from './sealed-field.ts'
import type { Tenant } from './tenant-sessions.ts'

export interface Customer {
  readonly city: string
  readonly email: string
  readonly iban: string
}

const TABLE = 'customers'

/** Customers of the tenants: email and iban are encrypted, the city is not. */
export class Customers {
  readonly #db: DatabaseSync
  readonly #keys: DataKeys

  constructor(db: DatabaseSync, keys: DataKeys) {
    this.#db = db
    this.#keys = keys
  }

  async add(tenant: Tenant, { city, email, iban }: Customer): Promise<string> {
    const row = randomUUID()
    const key = await this.#keys.current(tenant, TABLE)
    const sealed = (column: string, text: string) =>
      seal(key, { tenant: tenant.account, table: TABLE, column, row }, text)
    this.#db
      .prepare('INSERT INTO customers (id, tenant, city, email, iban) VALUES (?, ?, ?, ?, ?)')
      .run(row, tenant.account, city, sealed('email', email), sealed('iban', iban))
    return row
  }

  async list(tenant: Tenant): Promise<(Customer & { readonly id: string })[]> {
    const rows = this.#db
      .prepare('SELECT * FROM customers WHERE tenant = ? ORDER BY city, id')
      .all(tenant.account)
    return Promise.all(
      rows.map(async (row) => {
        const id = String(row['id'])
        const opened = async (column: string) => {
          const sealed = row[column] as Uint8Array
          const key = await this.#keys.named(tenant, TABLE, dataKeyOf(sealed))
          return open(key, { tenant: tenant.account, table: TABLE, column, row: id }, sealed)
        }
        return {
          id,
          city: String(row['city']),
          email: await opened('email'),
          iban: await opened('iban'),
        }
      }),
    )
  }
}
