namespace DriverSdk.PlantedDefects;

/// <summary>The planted defects, one row each, room by room. A row's old text stands exactly once in its file, and the tree still builds with the new one.</summary>
internal static class PlantedDefectList
{
    private const string Tests = "DriverSdk.Tests";

    public static IReadOnlyList<PlantedDefect> All { get; } =
    [
        // Contract
        new("a-constant-changes-without-review", "src/DriverSdk.Contract/Memory/MemoryLayout.cs",
            "MinRamBytes = 32UL << 20;",
            "MinRamBytes = 16UL << 20;",
            Tests, "Name~ThePublicApi_IsTheReviewedOne"),
        new("a-flag-in-an-internal-call", "src/DriverSdk.Contract/Addressing/PageSize.cs",
            "    public static PageSize Size1G => new(30);",
            "    public static PageSize Size1G => new(30);\n\n    internal static PageSize Choose(bool large) => large ? Size2M : Size4K;",
            Tests, "Name~NoMember_TakesABool"),

        // Kernel
        new("a-kernel-type-loses-its-context", "src/DriverSdk.Kernel/Devices/Device.cs",
            "[AnyContext]\npublic abstract class Device",
            "public abstract class Device",
            Tests, "Name~EveryPublicKernelMember_CarriesExactlyOneContext"),
    ];
}
