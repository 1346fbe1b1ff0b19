import type { regions as en } from '../en/regions.ts'

export const regions: Readonly<Record<keyof typeof en, string>> = {
  'regions.all': 'このキーは、このインストールの {count} つのリージョンすべてにあります。',
  'regions.here': '現在のリージョン',
  'regions.kind': 'タイプ',
  'regions.kind.primary': 'プライマリキー',
  'regions.kind.replica': 'レプリカキー',
  'regions.not-told': 'ここからは確認できません',
  'regions.one':
    'このインストールは {region} だけにあります。レプリカを作成できる他のリージョンはありません。',
  'regions.open': '開く',
  'regions.open.of': '{region} で開く',
  'regions.policy.default': 'デフォルトのキーポリシー',
  'regions.policy.default.description': 'アカウントの IAM ポリシーで決まります。',
  'regions.policy.same': 'このキーのポリシー',
  'regions.policy.same.description': 'コピーされます。以後は各キーで個別に変更します。',
  'regions.promote': 'プライマリにする',
  'regions.promote.description':
    '{region} のプライマリキーはレプリカになります。その間もどちらのキーも使えます。',
  'regions.promote.of': 'プライマリにする: {region}',
  'regions.promoted': 'プライマリキーは {region} に移りました。',
  'regions.related': '関連するマルチリージョンキー',
  'regions.replica':
    'このキーはレプリカです。レプリカの作成とプライマリリージョンの変更は、{region} のプライマリキーで行います。',
  'regions.replicate': 'レプリカキーの作成',
  'regions.replicate.description':
    'レプリカのキー ID とキーマテリアルは同じで、一方で暗号化したものを他方で復号できます。ポリシー、エイリアス、タグ、グラントは個別です。',
  'regions.replicated': '{region} にレプリカを作成しました。',
  'regions.single':
    'このキーは {region} だけにあります。レプリカを持てるのは、マルチリージョンキーとして作成したキーだけです。後から変更することはできません。',
  'regions.switch': '{region} に切り替える',
}
