using System.Reflection;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class ApiShapeTests
{
    private static readonly string[] AddressWords = ["addr", "iova", "pfn"];

    /// <summary>Member as <see cref="ApiSurface.Describe"/> prints it, to the reason why a flag is right there.</summary>
    private static readonly Dictionary<string, string> Flags = [];

    [TestMethod]
    public void NoMember_TakesABool()
    {
        Findings.ShouldBeEmpty(Findings.Except(
            from assembly in SdkAssemblies.All
            from type in ApiSurface.ReachableTypes(assembly)
            from method in ApiSurface.ReachableMethods(type)
            where !IsSetterOrOperator(method) && !ApiSurface.IsShapedElsewhere(method)
            from parameter in method.GetParameters()
            where !parameter.IsOut && Underlying(parameter.ParameterType) == typeof(bool)
            let member = ApiSurface.Describe(method)
            select (member, $"{member}: bool {parameter.Name}"),
            Flags),
            "give the choice a name: an enum of two members, or two methods (style: no-flags)");
    }

    [TestMethod]
    public void NoPublicMember_TakesARawAddress()
    {
        Findings.ShouldBeEmpty(
            from assembly in SdkAssemblies.All
            from type in ApiSurface.PublicTypes(assembly)
            from method in ApiSurface.PublicMethods(type)
            where !ApiSurface.IsShapedElsewhere(method)
            from parameter in method.GetParameters()
            where IsRaw(Underlying(parameter.ParameterType)) && AddressWords.Any(word => parameter.Name!.Contains(word, StringComparison.OrdinalIgnoreCase))
            select $"{ApiSurface.Describe(method)}: {parameter.ParameterType.Name} {parameter.Name}",
            "use PhysAddr, Iova, KernelAddr, UserAddr or Pfn (style: typed-addresses)");
    }

    private static bool IsSetterOrOperator(MethodBase method) =>
        method.IsSpecialName && (method.Name.StartsWith("op_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));

    private static bool IsRaw(Type type) => type == typeof(ulong) || type == typeof(long) || type == typeof(nint) || type == typeof(nuint);

    private static Type Underlying(Type type)
    {
        var plain = type.IsByRef ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(plain) ?? plain;
    }
}
