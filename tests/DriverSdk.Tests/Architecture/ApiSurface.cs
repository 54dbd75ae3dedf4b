using System.Reflection;
using System.Runtime.CompilerServices;

namespace DriverSdk.Tests.Architecture;

/// <summary>The hand-written types and members of an assembly that somebody outside their type can reach.</summary>
internal static class ApiSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<Type> PublicTypes(Assembly assembly) => assembly.GetExportedTypes().Where(IsWritten);

    /// <summary>Public and internal types; private nested ones are their owner's business.</summary>
    public static IEnumerable<Type> ReachableTypes(Assembly assembly) => assembly.GetTypes().Where(type => IsWritten(type) && IsReachable(type));

    public static IEnumerable<MethodBase> PublicMethods(Type type) =>
        type.GetMembers(Declared).OfType<MethodBase>().Where(method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly).Where(IsWritten);

    public static IEnumerable<MethodBase> ReachableMethods(Type type) =>
        type.GetMembers(Declared).OfType<MethodBase>().Where(method => !method.IsPrivate).Where(IsWritten);

    public static string Describe(MethodBase method) =>
        $"{method.DeclaringType}.{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"))})";

    /// <summary>Whether the shape is fixed by somebody else: an override, or an implementation, of a member outside the SDK.</summary>
    public static bool IsShapedElsewhere(MethodBase method)
    {
        if (method is not MethodInfo info)
            return false;
        if (!IsSdk(info.GetBaseDefinition().DeclaringType!))
            return true;
        return !info.DeclaringType!.IsInterface && info.IsVirtual
            && info.DeclaringType.GetInterfaces().Where(type => !IsSdk(type)).Any(type => info.DeclaringType.GetInterfaceMap(type).TargetMethods.Contains(info));
    }

    private static bool IsSdk(Type type) => type.Assembly.GetName().Name!.StartsWith("DriverSdk", StringComparison.Ordinal);

    private static bool IsReachable(Type type) => !type.IsNestedPrivate && (type.DeclaringType is null || IsReachable(type.DeclaringType));

    private static bool IsWritten(MemberInfo member) =>
        !member.Name.Contains('<') && !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && member.GetCustomAttributesData().All(data => data.AttributeType.Name != "GeneratedCodeAttribute")
        && (member.DeclaringType is null || IsWritten(member.DeclaringType))
        && (member is not Type { Namespace: var space } || space?.StartsWith("DriverSdk", StringComparison.Ordinal) == true);
}
