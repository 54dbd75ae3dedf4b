namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class AssemblyCutTests
{
    private const string HowToFix = "move the shared type into DriverSdk.Contract, or let the two sides meet in RAM, a register or an interrupt (src/DriverSdk/ARCHITECTURE.md)";

    [TestMethod]
    [DataRow("DriverSdk.Contract", "")]
    [DataRow("DriverSdk.Hardware", "DriverSdk.Contract")]
    [DataRow("DriverSdk.Kernel", "DriverSdk.Contract")]
    [DataRow("DriverSdk", "DriverSdk.Contract DriverSdk.Hardware DriverSdk.Kernel")]
    [DataRow("DriverSdk.Devices", "DriverSdk.Contract DriverSdk.Hardware")]
    [DataRow("DriverSdk.Testing", "DriverSdk.Contract DriverSdk.Hardware DriverSdk.Kernel DriverSdk DriverSdk.Devices")]
    [DataRow("DriverSdk.Qtest", "DriverSdk.Contract")]
    public void AnAssembly_ReferencesNothingOfTheSdkButWhatTheCutAllows(string name, string allowed)
    {
        using var assembly = new CompiledAssembly(SdkAssemblies.PathOf(name));
        Findings.ShouldBeEmpty(
            assembly.ReferencedAssemblies.Where(reference => !IsPlatform(reference) && !allowed.Split(' ').Contains(reference))
                .Select(reference => $"{name} references {reference}"),
            HowToFix);
    }

    [TestMethod]
    public void HardwareAndKernel_NameNoTypeOfEachOther()
    {
        Findings.ShouldBeEmpty(Uses("DriverSdk.Kernel", "DriverSdk.Hardware.").Concat(Uses("DriverSdk.Hardware", "DriverSdk.Kernel.")), HowToFix);
    }

    [TestMethod]
    public void TheReader_SeesReferencesThatExist()
    {
        Assert.IsTrue(Uses("DriverSdk.Hardware", "DriverSdk.Contract.Addressing.").Any(), "the IL reader finds no use of an address type in Hardware, so the tests beside this one would pass on anything");
    }

    private static IEnumerable<string> Uses(string name, string space)
    {
        using var assembly = new CompiledAssembly(SdkAssemblies.PathOf(name));
        return [.. assembly.TypeReferences().SelectMany(type => type.Uses.Where(use => use.StartsWith(space, StringComparison.Ordinal)).Select(use => $"{type.Type} uses {use}"))];
    }

    private static bool IsPlatform(string reference) =>
        reference is "netstandard" or "mscorlib" || reference.StartsWith("System", StringComparison.Ordinal) || reference.StartsWith("Microsoft.Win32", StringComparison.Ordinal);
}
