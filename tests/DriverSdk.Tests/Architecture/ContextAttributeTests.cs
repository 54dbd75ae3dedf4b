using System.Reflection;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class ContextAttributeTests
{
    private static readonly Type[] ContextAttributes = [typeof(AnyContextAttribute), typeof(MaySleepAttribute), typeof(RunsInAttribute)];

    [TestMethod]
    public void EveryPublicKernelMember_CarriesExactlyOneContext()
    {
        Findings.ShouldBeEmpty(
            from type in ApiSurface.PublicTypes(SdkAssemblies.Kernel)
            where !typeof(Attribute).IsAssignableFrom(type) && !type.IsEnum
            from method in ApiSurface.PublicMethods(type)
            let problem = Problem(method, type)
            where problem is not null
            select $"{ApiSurface.Describe(method)}: {problem}",
            "put one of [AnyContext], [MaySleep], [RunsIn(...)] on the member, or on its type when all members without their own share it");
    }

    private static string? Problem(MethodBase method, Type type)
    {
        var own = ContextsOf(method) + (PropertyOf(method) is { } property ? ContextsOf(property) : 0);
        return own switch
        {
            1 => null,
            > 1 => $"{own} context attributes of its own",
            _ => ContextsOfTypes(type) switch
            {
                1 => null,
                0 => "no context attribute on it or its type",
                var several => $"{several} context attributes on its type",
            },
        };
    }

    private static int ContextsOfTypes(Type type)
    {
        for (Type? owner = type; owner is not null; owner = owner.DeclaringType)
        {
            if (ContextsOf(owner) is var count and not 0)
                return count;
        }

        return 0;
    }

    private static int ContextsOf(MemberInfo member) => ContextAttributes.Count(attribute => member.IsDefined(attribute, inherit: false));

    private static PropertyInfo? PropertyOf(MethodBase method) => !method.IsSpecialName ? null
        : method.DeclaringType!.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .FirstOrDefault(property => property.GetMethod == method || property.SetMethod == method);
}
