using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Sanitizer;

/// <summary>Finds <see cref="SuppressRuleAttribute"/> on the driver code that runs right now: its method, the types around it, and for a lambda the method it stands in.</summary>
/// <remarks>
/// Only the nearest frame outside the SDK counts, so that a caller does not silence what it calls. A leak is found at unbind, when the method that mapped has long
/// returned: it can be suppressed there only on the type whose code unbinds. A method the JIT inlined counts as its caller.
/// </remarks>
internal static class Suppressions
{
    /// <summary>Whether the running driver code breaks the rule on purpose.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Where trimming removed a method's metadata its suppression is not seen, and the report stays.")]
    public static bool Covers(string ruleId)
    {
        foreach (var frame in new StackTrace(skipFrames: 1, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType: { } type } method || IsSdk(type.Assembly))
                continue;
            return Suppresses(method, ruleId) || SuppressedAround(type, method.Name, ruleId);
        }

        return false;
    }

    private static bool IsSdk(Assembly assembly) =>
        assembly == typeof(Suppressions).Assembly || assembly == typeof(SuppressRuleAttribute).Assembly || assembly == typeof(object).Assembly;

    private static bool Suppresses(MemberInfo member, string ruleId) =>
        member.GetCustomAttributes<SuppressRuleAttribute>(inherit: false).Any(suppressed => string.Equals(suppressed.RuleId, ruleId, StringComparison.OrdinalIgnoreCase));

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As above: what trimming removed is not seen.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above: what trimming removed is not seen.")]
    private static bool SuppressedAround(Type innermost, string methodName, string ruleId)
    {
        for (var type = innermost; type is not null; type = type.DeclaringType!)
        {
            if (Suppresses(type, ruleId))
                return true;
            // The compiler names a lambda's method after the one it stands in: <Probe>b__0.
            if (methodName is not ['<', ..] || methodName.IndexOf('>') is not (> 1 and var end) || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
                continue;
            const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
            if (type.GetMethods(Any).Any(method => method.Name == methodName[1..end] && Suppresses(method, ruleId)))
                return true;
        }

        return false;
    }
}
