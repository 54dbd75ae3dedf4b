namespace DriverSdk.PlantedDefects;

internal static partial class PlantedDefectList
{
    // Defects of firmware tables, groups and reserved memory.
    private static IReadOnlyList<PlantedDefect> Core =>
    [
        // Firmware tables
        new("a-tables-checksum-is-ignored", "src/DriverSdk.Kernel/Acpi/AcpiTables.cs",
            "if (SumOf(bytes) != 0)",
            "if (bytes.Length == 0)",
            Tests, "Name~Find_OneByteWrong_BelievesNothingAndSaysWhich"),
        new("overlapping-reservations-are-believed", "src/DriverSdk.Kernel/Acpi/DmarParser.cs",
            "other => other.Range.Overlaps(range))",
            "other => other.Range == range)",
            Tests, "Name~Parse_OverlappingReservedMemory_KeepsTheFirst"),
        new("another-segments-unit-is-ours", "src/DriverSdk.Kernel/Acpi/DmarParser.cs",
            "if (number == 0)",
            "if (number < 2)",
            Tests, "Name~Parse_AnotherSegment_IsLeftOut"),

        // Groups, aliases, reserved memory
        new("a-bridges-alias-is-forgotten", "src/DriverSdk.Kernel/Iommu/PciPlace.cs",
            "                    requesters.Add(alias);",
            "                    _ = alias;",
            Tests, "Name~Requesters_BelowABridgeToPci_AreItsAliasToo"),
        new("a-group-ends-at-a-bridge-that-does-not-isolate", "src/DriverSdk.Kernel/Iommu/PciPlace.cs",
            "shared = bridge.Isolates ? shared : bridge;",
            "shared = bridge.Isolates ? bridge : shared;",
            Tests, "Name~GroupKey_BelowBridges_IsThatOfTheUppermostThatDoesNotIsolate"),
        new("only-a-groups-first-member-is-attached", "src/DriverSdk.Kernel/Iommu/IommuGroup.cs",
            "for (var index = 0; index < _members.Count; index++)",
            "for (var index = 0; index < Math.Min(1, _members.Count); index++)",
            Tests, "Name~OneOfSeveralDevicesOfAGroup_IsNotAttachedAlone_ButTheGroupIs"),
        new("a-released-device-keeps-its-domain", "src/DriverSdk.Kernel/Iommu/IommuGroup.cs",
            "        OwnerCount--;\n        if (OwnerCount == 0 && !RequiresDirect)\n            SetDomain(blocked);",
            "        OwnerCount--;",
            Tests, "Name~ADriverThatLeaves_LeavesNothingThatItsDeviceReaches_UntilTheNextOneComes"),
    ];
}
