namespace DriverSdk.Package.Tests;

/// <summary>Packs once before the first test of this assembly.</summary>
[TestClass]
public static class PackageFixture
{
    private static PackedSdk? _sdk;

    internal static PackedSdk Sdk => _sdk ?? throw new InvalidOperationException("the packages are made in AssemblyInitialize");

    [AssemblyInitialize]
    public static void Pack(TestContext context)
    {
        context.WriteLine("packing the SDK");
        _sdk = new PackedSdk();
    }

    [AssemblyCleanup]
    public static void Clean() => _sdk?.Dispose();
}
