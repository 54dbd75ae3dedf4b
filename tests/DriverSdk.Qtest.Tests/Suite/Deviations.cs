namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Every known difference. Asserts name the row they rely on, so a row that nobody relies on is an error, and DEVIATIONS.md prints them all.</summary>
internal static class Deviations
{
    public static readonly Deviation CachedReadOnlyWrite = new(
        "a write through a cached read-only translation",
        "drops the write and records nothing",
        "the tables decide again: fault 5 is recorded",
        "facts/vtd.md 4");

    public static readonly Deviation PageRangeCompare = new(
        "a page-selective invalidation of pages elsewhere in the domain",
        "compares the lowest eight bits of the page number only: pages 1 MiB apart are forgotten too, and with AM of 8 or more the whole domain",
        "either is allowed; DriverSdk's unit forgets the named block",
        "facts/vtd.md 4, measured by this suite");

    public static readonly Deviation DomainContextIsGlobal = new(
        "a domain-selective context invalidation",
        "invalidates all contexts and reports the granularity global",
        "either is allowed; DriverSdk's unit forgets the domain's contexts and reports domain",
        "facts/vtd.md 4");

    public static readonly Deviation NoQueueErrorCode = new(
        "the code in IQERCD after a queue error",
        "stays 0",
        "names the error",
        "facts/vtd.md 1");

    public static readonly Deviation ScalableDescriptors = new(
        "descriptors 6 and 7 in the queue of a legacy-mode unit",
        "takes them and does nothing",
        "unknown types: the queue stops with error 3",
        "facts/vtd.md 5");

    public static readonly Deviation TopTableUnreadable = new(
        "a context entry whose page table lies outside memory",
        "reports fault 3, context entry invalid",
        "reports fault 7, as for every other unreadable entry",
        "facts/vtd.md 3");

    public static readonly Deviation WholePageAtInterrupts = new(
        "a large page of which a part lies in the interrupt range",
        "refuses the whole page with fault E",
        "refuses requests that end in the range, and lets the others through",
        "facts/vtd.md 3, measured by the random comparison");

    public static readonly Deviation PassThroughBeyondWidth = new(
        "a passed-through request beyond the width of physical addresses",
        "lets it through",
        "fault 4",
        "facts/vtd.md 3, measured by the random comparison");

    public static readonly Deviation ReservedContextIsRecorded = new(
        "a context entry with a reserved bit and fault processing disabled (FPD)",
        "records fault B all the same",
        "fault B is qualified: nothing is recorded",
        "facts/vtd.md 6, measured by the random comparison");

    public static readonly Deviation IotlbBeforeContext = new(
        "a cached translation whose context entry is gone from memory and from the context cache",
        "looks for a translation of the source first, and serves it",
        "looks the context entry up first: fault 2",
        "facts/vtd.md 4, measured by the random comparison");

    public static readonly Deviation CompatibilityPasses = new(
        "a compatibility-format interrupt while GSTS.CFIS is 0",
        "lets it through",
        "blocks it: fault 0x25",
        "facts/vtd.md 8");

    public static readonly Deviation NoCompatibilitySwitch = new(
        "the command that allows compatibility-format interrupts (GCMD.CFI)",
        "never shows in GSTS.CFIS",
        "GSTS.CFIS follows the command",
        "facts/vtd.md 1, measured by this suite");

    public static readonly Deviation BusRangeOrder = new(
        "the bus range of an interrupt entry (SVT 2)",
        "takes bits 15:8 as the last bus and bits 7:0 as the first",
        "bits 15:8 are the first bus and bits 7:0 the last, as Linux's set_irte_verify_bus writes them",
        "facts/vtd.md 8, measured by this suite");

    public static readonly Deviation NoInterruptFaults = new(
        "a blocked interrupt's fault record",
        "records nothing",
        "records faults 0x20 to 0x26, with the index in bits 63:48",
        "facts/vtd.md 8");

    public static readonly Deviation NoInterruptEntryCache = new(
        "an interrupt entry that was changed without an invalidation",
        "uses the new entry at once",
        "either is allowed; DriverSdk's unit goes on with the cached one",
        "facts/vtd.md 8");

    public static readonly Deviation TranslationWithoutRoot = new(
        "switching translation on before a root table was set",
        "switches it on",
        "refuses: GSTS.TES stays 0",
        "facts/vtd.md 1");

    public static readonly Deviation TableModeIgnored = new(
        "a table mode in RTADDR that a legacy-mode unit does not have (TTM 1 and 2), and the mode that aborts (TTM 3)",
        "looks at the address only: requests are translated by legacy tables, and the queue goes on",
        "refuses every request with fault 0x30, or 0x33 in the mode that aborts; under TTM 2 the queue stops with error 7",
        "facts/vtd.md 1 and 6, measured by this suite");

    public static readonly Deviation WideDescriptorsIgnored = new(
        "a queue of 256-bit descriptors (IQA.DW) on a unit without scalable mode",
        "goes on reading 128-bit descriptors",
        "the queue stops with error 5",
        "facts/vtd.md 5");

    /// <summary>All rows, in the order of the page.</summary>
    public static IReadOnlyDictionary<string, Deviation> All { get; } = typeof(Deviations).GetFields()
        .Where(field => field.FieldType == typeof(Deviation)).ToDictionary(field => field.Name, field => (Deviation)field.GetValue(null)!);
}
