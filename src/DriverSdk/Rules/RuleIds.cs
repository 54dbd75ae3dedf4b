namespace DriverSdk.Rules;

/// <summary>The ids, titles and categories of every rule: the one place both the analyzers (which compile this file in) and the run-time checks take them from.</summary>
/// <remarks>Ranges: 1xxx lifetime, 2xxx ownership, 3xxx buffers and addresses, 4xxx context and locking, 5xxx SVA and IOMMU, 9xxx annotations.</remarks>
internal static class RuleIds
{
    public const string DmaMappingMustBeUnmapped = "DRV1001";
    public const string MemoryFreedWhileMapped = "DRV1002";
    public const string MappingUnmappedTwice = "DRV1003";
    public const string PageMappedWhileFree = "DRV1004";
    public const string MemoryFreedWhileDraining = "DRV1005";
    public const string MappingCountUnbalanced = "DRV1006";
    public const string StaticKeySwitchedInAtomic = "DRV4001";
    public const string SleepingCallInAtomic = "DRV4002";
    public const string IommuTableMustBeWrittenBack = "DRV5001";

    /// <summary>What the rule asks for, in one line.</summary>
    internal static class Titles
    {
        public const string DmaMappingMustBeUnmapped = "A DMA mapping must be unmapped on every path";
        public const string MemoryFreedWhileMapped = "Memory must not be freed while a DMA mapping of it is live";
        public const string MappingUnmappedTwice = "A DMA mapping must be unmapped only once";
        public const string PageMappedWhileFree = "Only allocated memory may be mapped for DMA";
        public const string MemoryFreedWhileDraining = "Memory must not be freed before the IOMMU has forgotten its mapping";
        public const string MappingCountUnbalanced = "Maps and unmaps of a page must balance";
        public const string StaticKeySwitchedInAtomic = "A static key must not be switched in atomic context";
        public const string SleepingCallInAtomic = "A call that may sleep must not be made in atomic context";
        public const string IommuTableMustBeWrittenBack = "An IOMMU table must be written back before an IOMMU that does not snoop reads it";
    }

    /// <summary>The range a rule belongs to.</summary>
    internal static class Categories
    {
        public const string Lifetime = "Lifetime";
        public const string Context = "Context";
        public const string Iommu = "Iommu";
    }
}
