import { KmsError } from '../base/errors.ts'

/** Refusals of AWS IAM, in AWS's words as far as they are on record. */

export type EntityType = 'user' | 'role' | 'group'

export const noSuchEntity = (message: string): KmsError =>
  new KmsError('NoSuchEntityException', message)

export const noSuch = (type: EntityType, name: string): KmsError =>
  noSuchEntity(`The ${type} with name ${name} cannot be found.`)

export const exists = (type: EntityType, name: string): KmsError =>
  new KmsError(
    'EntityAlreadyExistsException',
    `${type.charAt(0).toUpperCase()}${type.slice(1)} with name ${name} already exists.`,
  )

export const deleteConflict = (message: string): KmsError =>
  new KmsError('DeleteConflictException', message)

export const limitExceeded = (message: string): KmsError =>
  new KmsError('LimitExceededException', message)

/** A quota as AWS names it, e.g. `AccessKeysPerUser`. */
export const quotaExceeded = (name: string, most: number): KmsError =>
  limitExceeded(`Cannot exceed quota for ${name}: ${most}`)

export const invalidInput = (message: string): KmsError =>
  new KmsError('InvalidInputException', message)

export const unmodifiable = (message: string): KmsError =>
  new KmsError('UnmodifiableEntityException', message)
