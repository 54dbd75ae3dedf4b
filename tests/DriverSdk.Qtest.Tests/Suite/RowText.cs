using System.Reflection;

namespace DriverSdk.Qtest.Tests.Suite;

internal static class RowText
{
    public static string Of(MethodInfo method, object?[]? row) =>
        $"{method.Name} ({string.Join(", ", (row ?? []).Select(value => value is long or ulong ? $"0x{value:x}" : $"{value}"))})";
}
