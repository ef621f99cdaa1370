import type { ItemKind } from '@/api/generated/discover'
import { Icon, type IconName } from '@/ui/Icon'

export const KIND_ICONS: Record<ItemKind, IconName> = {
  TOUR: 'flag',
  LODGING: 'moon',
  TRANSPORT: 'ticket',
  SERVICE: 'handshake',
  EXTRA: 'star',
}

/** What a package looks like where it has no picture: what is in it, on its colors. */
export function Cover({ kinds, className }: { kinds: readonly ItemKind[]; className?: string }) {
  return (
    <div
      aria-hidden="true"
      className={`relative flex items-end gap-2.5 overflow-hidden bg-linear-135 from-brand-soft via-raised to-info-soft p-4 ${className}`}
    >
      <Icon
        name={KIND_ICONS[kinds[0] ?? 'TOUR']}
        className="absolute -top-4 -right-5 size-32 text-link opacity-15"
      />
      {kinds.map((kind) => (
        <span key={kind} className="grid size-9 place-items-center rounded-full bg-surface/85 text-link">
          <Icon name={KIND_ICONS[kind]} className="size-[18px]" />
        </span>
      ))}
    </div>
  )
}
