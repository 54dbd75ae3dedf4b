using System.Reflection;

namespace DriverSdk.Tests.Architecture;

/// <summary>The assemblies that ship, loaded from beside the tests.</summary>
internal static class SdkAssemblies
{
    public static IReadOnlyList<string> Names { get; } =
        ["DriverSdk.Contract", "DriverSdk.Hardware", "DriverSdk.Kernel", "DriverSdk", "DriverSdk.Devices", "DriverSdk.Testing", "DriverSdk.Qtest", "DriverSdk.Cli"];

    public static IReadOnlyList<Assembly> All { get; } = [.. Names.Select(name => Assembly.Load(name))];

    public static Assembly Kernel => All[2];

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
