using System.Reflection;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>One row of a scenario that only DriverSdk's machine can play, and why.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnDriverSdkAttribute(string reason, params object?[] row) : Attribute, ITestDataSource
{
    /// <summary>Why QEMU 7.2 cannot play it.</summary>
    public string Reason => reason;

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo) => [[MachineKind.DriverSdk, .. row]];

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => RowText.Of(methodInfo, data);
}
