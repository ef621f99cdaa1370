import { useCallback, useState } from 'react'
import { ConfirmUpload } from './generated/confirm-upload'
import { PrepareUpload, type UploadPurpose } from './generated/prepare-upload'
import { useAct } from './hooks'
import type { Outcome } from './refusals'

/** A file that came and is fit for what it is for. */
export interface Sent {
  id: string
  fileName: string
  url: string | null
}

/** How a file is sent: prepared, put where the server says, confirmed. `progress` is 0 to 1, null while nothing goes. */
export function useUpload(partnerId: string, purpose: UploadPurpose) {
  const [prepare] = useAct(PrepareUpload)
  const [confirm] = useAct(ConfirmUpload)
  const [progress, setProgress] = useState<number | null>(null)

  const send = useCallback(
    async (file: File): Promise<Outcome<Sent>> => {
      setProgress(0)
      try {
        const prepared = await prepare({
          input: {
            partnerId,
            purpose,
            fileName: file.name,
            byteSize: file.size,
            mediaType: file.type || 'application/octet-stream',
            idempotencyKey: crypto.randomUUID(),
          },
        })
        if (prepared.refusal) return prepared
        const { url, method, headers, upload } = prepared.row
        const isSent = await put(file, { url, method, headers }, setProgress)
        if (!isSent) return { refusal: LOST }
        const confirmed = await confirm({ input: { id: upload.id } })
        if (confirmed.refusal) return confirmed
        const { status, explanation, problem } = confirmed.row
        if (status === 'READY') return { row: confirmed.row }
        return {
          refusal: { __typename: 'Upload', code: problem ?? status, message: explanation ?? '', hint: null },
        }
      } finally {
        setProgress(null)
      }
    },
    [prepare, confirm, partnerId, purpose],
  )
  return { send, progress }
}

const LOST = { __typename: 'Unreachable', code: 'UNREACHABLE', message: '', hint: null }

interface Target {
  url: string
  method: string
  headers: readonly { name: string; value: string }[]
}

/** Send the file as it is; `fetch` tells nothing of how far it is. */
function put(file: File, { url, method, headers }: Target, onProgress: (share: number) => void) {
  return new Promise<boolean>((done) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    for (const { name, value } of headers) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total ? loaded / total : 0))
    request.addEventListener('load', () => done(request.status >= 200 && request.status < 300))
    request.addEventListener('error', () => done(false))
    request.addEventListener('abort', () => done(false))
    request.send(file)
  })
}
