using System.Reflection;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>One row of a scenario, run on DriverSdk's machine and on QEMU's.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnBothMachinesAttribute(params object?[] row) : Attribute, ITestDataSource
{
    public IEnumerable<object?[]> GetData(MethodInfo methodInfo) => [[MachineKind.DriverSdk, .. row], [MachineKind.Qemu, .. row]];

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => RowText.Of(methodInfo, data);
}
