import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { CancellationPolicy, PropertyType } from '@/api/generated/create-property'
import type { Amenity } from '@/api/generated/property'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import type { Locale } from '@/i18n/i18n'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { TextArea } from '@/ui/Field'
import { Texts } from '@/ui/Texts'
import { AMENITIES, CANCELLATIONS, TYPES } from './kinds'
import { LineField, type PartProps } from './LineField'
import { Problems } from './problems'

/** What the house is. */
export function Basics(props: PartProps) {
  const { t } = useTranslation('properties')
  const types = TYPES.map((value: PropertyType) => ({ value: value as string, label: t(`type.${value}`) }))
  return (
    <Card title={t('form.basics')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <LineField {...props} line="NAME" className="sm:col-span-2" input={{ required: true }} />
        <LineField {...props} line="EXTERNAL_CODE" input={{ required: true }} />
        <LineField {...props} line="TYPE" options={[{ value: '', label: t('form.notTold') }, ...types]} />
        <LineField {...props} line="STAR_RATING" input={{ inputMode: 'decimal' }} />
      </div>
    </Card>
  )
}

/** Where it is. */
export function Place(props: PartProps) {
  const { t, i18n } = useTranslation('properties')
  const { region } = useFormats()
  const none = { value: '', label: t('form.notTold') }
  const countries = useMemo(
    () =>
      COUNTRIES.map((code) => ({ value: code, label: region(code) })).sort((one, other) =>
        one.label.localeCompare(other.label, i18n.language),
      ),
    [region, i18n.language],
  )
  const zones = useMemo(
    () => Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone })),
    [],
  )
  return (
    <Card title={t('form.place')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <LineField {...props} line="STREET" className="sm:col-span-2" />
        <LineField {...props} line="POSTAL_CODE" />
        <LineField {...props} line="CITY" />
        <LineField {...props} line="REGION" />
        <LineField {...props} line="COUNTRY" options={[none, ...countries]} />
        <LineField {...props} line="LATITUDE" input={{ inputMode: 'decimal' }} />
        <LineField {...props} line="LONGITUDE" input={{ inputMode: 'decimal' }} />
        <LineField {...props} line="TIME_ZONE" options={[none, ...zones]} />
      </div>
    </Card>
  )
}

/** What it costs, and on what terms. */
export function Terms(props: PartProps) {
  const { t, i18n } = useTranslation('properties')
  const none = { value: '', label: t('form.notTold') }
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'currency' })
    return Intl.supportedValuesOf('currency').map((code) => ({
      value: code,
      label: `${code} · ${names.of(code)}`,
    }))
  }, [i18n.language])
  const policies = CANCELLATIONS.map((value: CancellationPolicy) => ({
    value: value as string,
    label: t(`cancellation.${value}`),
  }))
  const flags = [none, { value: 'true', label: t('form.yes') }, { value: 'false', label: t('form.no') }]
  return (
    <Card title={t('form.terms')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <LineField {...props} line="NIGHTLY_PRICE" input={{ inputMode: 'decimal' }} />
        <LineField {...props} line="CURRENCY" options={[none, ...currencies]} />
        <LineField {...props} line="CHECK_IN_FROM" input={{ placeholder: '15:00' }} />
        <LineField {...props} line="CHECK_OUT_UNTIL" input={{ placeholder: '10:30' }} />
        <LineField {...props} line="CANCELLATION" className="sm:col-span-2" options={[none, ...policies]} />
        <LineField {...props} line="IS_CHILD_FRIENDLY" options={flags} />
        <LineField {...props} line="IS_PET_FRIENDLY" options={flags} />
      </div>
    </Card>
  )
}

/** What it has for its guests. */
export function Offers({ writing }: PartProps) {
  const { t } = useTranslation('properties')
  const { amenities } = writing.draft
  const toggle = (one: Amenity) =>
    writing.change(
      { amenities: amenities.includes(one) ? amenities.filter((each) => each !== one) : [...amenities, one] },
      'AMENITIES',
    )
  return (
    <Card title={t('form.offers')}>
      <Choices
        label={t('form.offers')}
        options={AMENITIES.map((value: Amenity) => ({ value, label: t(`amenity.${value}`) }))}
        chosen={amenities}
        onToggle={toggle}
      />
      <div className="mt-3">
        <Problems problems={writing.problemsOf('AMENITIES')} onCorrect={writing.changeLine} />
      </div>
    </Card>
  )
}

/** What it says of itself, and how it looks. */
export function WordsAndPictures({ writing, labelOf }: PartProps) {
  const { t, i18n } = useTranslation('properties')
  const { language } = useFormats()
  const images = writing.problemsOf('IMAGES')
  const said = images.length > 0 && <Problems problems={images} onCorrect={writing.changeLine} />
  return (
    <Card title={t('form.texts')}>
      <div className="grid grid-cols-1 gap-5">
        <div className="grid grid-cols-1 gap-2">
          <Texts
            label={labelOf('DESCRIPTIONS')}
            textLabel={(locale) => t('form.description', { language: language(locale) })}
            writtenLabel={t('form.written')}
            first={i18n.language as Locale}
            texts={writing.draft.descriptions}
            onChange={(descriptions) => writing.change({ descriptions }, 'DESCRIPTIONS')}
          />
          <Problems problems={writing.problemsOf('DESCRIPTIONS')} onCorrect={writing.changeLine} />
        </div>
        <TextArea
          rows={3}
          label={labelOf('IMAGES')}
          hint={said || t('form.imagesHint')}
          value={writing.draft.images}
          onChange={(event) => writing.change({ images: event.target.value }, 'IMAGES')}
        />
      </div>
    </Card>
  )
}
