import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { TextKey } from './i18n/texts.tsx'

type Loaded = LazyExoticComponent<ComponentType>

/** A page: its address, its title, and what loads it. */
export interface PageEntry {
  /** of wouter, below /console; members as `:key` */
  readonly path: string
  readonly title: TextKey
  /** who sees it: people of an account, or the operator */
  readonly for: 'account' | 'operator'
  /** under which heading the side navigation has it; not at all unless given */
  readonly nav?: 'kms' | 'iam' | 'operator'
  /** the address of the page that it lies below, for the breadcrumbs */
  readonly below?: string
  readonly page: Loaded
}

/** Every page of the console. What is not here is not linked. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/overview',
    title: 'overview.title',
    for: 'account',
    nav: 'kms',
    page: lazy(() => import('./pages/overview/overview.tsx')),
  },
  {
    path: '/keys',
    title: 'keys.title',
    for: 'account',
    nav: 'kms',
    page: lazy(() => import('./pages/keys/keys.tsx')),
  },
  {
    path: '/keys/create',
    title: 'keys.create',
    for: 'account',
    below: '/keys',
    page: lazy(() => import('./pages/create-key/create-key.tsx')),
  },
  {
    path: '/keys/:key/:part?',
    title: 'key.title',
    for: 'account',
    below: '/keys',
    page: lazy(() => import('./pages/key/key.tsx')),
  },
  {
    path: '/keys/:key/material/import',
    title: 'material.import',
    for: 'account',
    below: '/keys',
    page: lazy(() => import('./pages/import/import.tsx')),
  },
  {
    path: '/key-stores',
    title: 'stores.title',
    for: 'account',
    nav: 'kms',
    page: lazy(() => import('./pages/key-stores/key-stores.tsx')),
  },
  {
    path: '/key-stores/create',
    title: 'store.create',
    for: 'account',
    below: '/key-stores',
    page: lazy(() => import('./pages/key-stores/create-key-store.tsx')),
  },
  {
    path: '/key-stores/:store',
    title: 'store',
    for: 'account',
    below: '/key-stores',
    page: lazy(() => import('./pages/key-stores/key-store.tsx')),
  },
  {
    path: '/playground/:part?',
    title: 'playground.title',
    for: 'account',
    nav: 'kms',
    page: lazy(() => import('./pages/playground/playground.tsx')),
  },
  {
    path: '/audit',
    title: 'audit',
    for: 'account',
    nav: 'kms',
    page: lazy(() => import('./pages/audit/audit.tsx')),
  },
  {
    path: '/users',
    title: 'users.title',
    for: 'account',
    nav: 'iam',
    page: lazy(() => import('./pages/users/users.tsx')),
  },
  {
    path: '/users/:user/:part?',
    title: 'user.title',
    for: 'account',
    below: '/users',
    page: lazy(() => import('./pages/users/user.tsx')),
  },
  {
    path: '/groups',
    title: 'groups.title',
    for: 'account',
    nav: 'iam',
    page: lazy(() => import('./pages/groups/groups.tsx')),
  },
  {
    path: '/groups/:group/:part?',
    title: 'group.title',
    for: 'account',
    below: '/groups',
    page: lazy(() => import('./pages/groups/group.tsx')),
  },
  {
    path: '/roles',
    title: 'roles.title',
    for: 'account',
    nav: 'iam',
    page: lazy(() => import('./pages/roles/roles.tsx')),
  },
  {
    path: '/create-role',
    title: 'role.create',
    for: 'account',
    below: '/roles',
    page: lazy(() => import('./pages/roles/create-role.tsx')),
  },
  {
    path: '/roles/:role/:part?',
    title: 'role.title',
    for: 'account',
    below: '/roles',
    page: lazy(() => import('./pages/roles/role.tsx')),
  },
  {
    path: '/policies',
    title: 'policies.title',
    for: 'account',
    nav: 'iam',
    page: lazy(() => import('./pages/policies/policies.tsx')),
  },
  {
    path: '/create-policy',
    title: 'managed.create',
    for: 'account',
    below: '/policies',
    page: lazy(() => import('./pages/policies/create-policy.tsx')),
  },
  {
    path: '/policies/:policy/:part?',
    title: 'policy.title',
    for: 'account',
    below: '/policies',
    page: lazy(() => import('./pages/policies/policy.tsx')),
  },
  {
    path: '/identity-providers',
    title: 'providers.title',
    for: 'account',
    nav: 'iam',
    page: lazy(() => import('./pages/providers/providers.tsx')),
  },
  {
    path: '/identity-providers/:provider/:part?',
    title: 'provider',
    for: 'account',
    below: '/identity-providers',
    page: lazy(() => import('./pages/providers/provider.tsx')),
  },
  {
    path: '/tenants',
    title: 'tenants.title',
    for: 'operator',
    nav: 'operator',
    page: lazy(() => import('./pages/tenants/tenants.tsx')),
  },
  {
    path: '/tenants/:account/xks-credentials',
    title: 'xks.title',
    for: 'operator',
    below: '/tenants',
    page: lazy(() => import('./pages/xks/credentials.tsx')),
  },
  {
    path: '/installation',
    title: 'installation.title',
    for: 'operator',
    nav: 'operator',
    page: lazy(() => import('./pages/installation/installation.tsx')),
  },
]

/** Where who is signed in begins. */
export const FIRST_PAGE = { account: '/overview', operator: '/tenants' } as const
