using System.Reflection;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>One row of a scenario, run on DriverSdk's machine and on QEMU's.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnBothMachinesAttribute(params object?[] row) : Attribute, ITestDataSource
{
    /// <summary>While writing scenarios: Qemu or DriverSdk runs the rows of one machine alone.</summary>
    private const string OnlyVariable = "DRIVERSDK_QTEST_ONLY";

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo)
    {
        var only = Environment.GetEnvironmentVariable(OnlyVariable);
        return Enum.GetValues<MachineKind>().Where(kind => string.IsNullOrEmpty(only) || only == $"{kind}").Select(kind => (object?[])[kind, .. row]);
    }

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => RowText.Of(methodInfo, data);
}
