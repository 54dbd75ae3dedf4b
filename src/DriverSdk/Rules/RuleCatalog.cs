using static DriverSdk.Rules.RuleIds;

namespace DriverSdk.Rules;

/// <summary>Every rule the SDK knows, whether a build or a run finds it.</summary>
public static class RuleCatalog
{
#pragma warning disable format // one aligned row per rule
    /// <summary>The rules in the order of their ids.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        //  id                           name                                 title                               category             found
        new(DmaMappingMustBeUnmapped,    nameof(DmaMappingMustBeUnmapped),    Titles.DmaMappingMustBeUnmapped,    Categories.Lifetime, RuleCheck.BuildAndRun),
        new(MemoryFreedWhileMapped,      nameof(MemoryFreedWhileMapped),      Titles.MemoryFreedWhileMapped,      Categories.Lifetime, RuleCheck.BuildAndRun),
        new(MappingUnmappedTwice,        nameof(MappingUnmappedTwice),        Titles.MappingUnmappedTwice,        Categories.Lifetime, RuleCheck.Run),
        new(PageMappedWhileFree,         nameof(PageMappedWhileFree),         Titles.PageMappedWhileFree,         Categories.Lifetime, RuleCheck.Run),
        new(MemoryFreedWhileDraining,    nameof(MemoryFreedWhileDraining),    Titles.MemoryFreedWhileDraining,    Categories.Lifetime, RuleCheck.Run),
        new(MappingCountUnbalanced,      nameof(MappingCountUnbalanced),      Titles.MappingCountUnbalanced,      Categories.Lifetime, RuleCheck.Run),
        new(StaticKeySwitchedInAtomic,   nameof(StaticKeySwitchedInAtomic),   Titles.StaticKeySwitchedInAtomic,   Categories.Context,  RuleCheck.BuildAndRun),
        new(SleepingCallInAtomic,        nameof(SleepingCallInAtomic),        Titles.SleepingCallInAtomic,        Categories.Context,  RuleCheck.Run),
        new(IommuTableMustBeWrittenBack, nameof(IommuTableMustBeWrittenBack), Titles.IommuTableMustBeWrittenBack, Categories.Iommu,    RuleCheck.Run),
    ];
#pragma warning restore format

    /// <summary>Finds a rule by its id, whose letters may be in either case.</summary>
    /// <returns>The row, or <see langword="null"/> when no rule has this id.</returns>
    public static RuleInfo? Find(string id)
    {
        foreach (var rule in All)
        {
            if (string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase))
                return rule;
        }

        return null;
    }
}
