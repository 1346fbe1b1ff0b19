import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../../core/base/json.ts'
import type { Client } from '../cli/client.ts'
import { CommandError } from '../cli/command.ts'
import type { Tags } from './seed-file.ts'

type Json = Record<string, unknown>

/** What is done with one tenant. */
export interface Work {
  readonly accountId: string
  readonly operator: Client
  readonly dry: boolean
  /** Says what is changed, and changes it unless it is dry. */
  change(what: string, make: () => Promise<unknown>): Promise<void>
  /** Says what is otherwise than the file says, and stays. */
  note(text: string): void
  /** Texts with the tenant's account in the place of ACCOUNT in braces. */
  filled(text: string): string
}

export const encode = encodeURIComponent

/** Undefined for what is not there. */
export async function orNothing(asked: Promise<Json>): Promise<Json | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof CommandError && error.message.endsWith('(NotFoundException)')) return
    throw error
  }
}

type TagRow = { readonly TagKey: string; readonly TagValue: string }
export const tagList = (tags: Tags): TagRow[] =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))

/** Tags as the API has them, by name. */
export const tagMap = (has: unknown): Tags =>
  Object.fromEntries(((has ?? []) as TagRow[]).map(({ TagKey, TagValue }) => [TagKey, TagValue]))

/** Tags that are not there yet, or have another value. */
export function missingTags(has: unknown, tags: Tags): Tags {
  const there = new Map(((has ?? []) as TagRow[]).map(({ TagKey, TagValue }) => [TagKey, TagValue]))
  return Object.fromEntries(
    Object.entries(tags).filter(([name, value]) => there.get(name) !== value),
  )
}

/** Whether tags are these and no others. */
export const sameTags = (has: unknown, tags: Tags) =>
  ((has ?? []) as TagRow[]).length === Object.keys(tags).length &&
  Object.keys(missingTags(has, tags)).length === 0

/** Whether two JSON texts say the same. */
export const sameJson = (one: unknown, other: string): boolean =>
  typeof one === 'string' && isDeepStrictEqual(parseJson(one), parseJson(other))
