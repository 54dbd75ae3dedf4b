using System.Reflection;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Tests.Contract.Addressing;

[TestClass]
public sealed class AddressConsistencyTests
{
    private static readonly string[] Comparisons = ["op_LessThan", "op_GreaterThan", "op_LessThanOrEqual", "op_GreaterThanOrEqual"];

    private static IEnumerable<Type> PublicTypes => typeof(IAddress<>).Assembly.GetExportedTypes();

    private static IEnumerable<Type> AddressTypes =>
        PublicTypes.Where(type => type.IsValueType && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IAddress<>)));

    [TestMethod]
    public void EveryAddressSpace_HasItsType() =>
        CollectionAssert.AreEquivalent(new[] { typeof(Iova), typeof(PhysAddr), typeof(KernelAddr), typeof(UserAddr) }, AddressTypes.ToArray());

    [TestMethod]
    public void EveryComparableStruct_HasAllComparisonOperators()
    {
        foreach (var type in PublicTypes.Where(type => type is { IsValueType: true, IsEnum: false } && typeof(IComparable<>).MakeGenericType(type).IsAssignableFrom(type)))
        {
            foreach (var name in Comparisons)
                Assert.IsNotNull(type.GetMethod(name, [type, type]), $"{type.Name} is comparable but lacks {name}");
        }
    }

    [TestMethod]
    public void EveryAddress_AddsBytesSubtractsItselfAndMixesWithNothing()
    {
        foreach (var type in AddressTypes)
        {
            Assert.AreEqual(type, type.GetMethod("op_Addition", [type, typeof(ulong)])?.ReturnType, type.Name);
            Assert.AreEqual(typeof(ulong), type.GetMethod("op_Subtraction", [type, type])?.ReturnType, type.Name);
            var operators = type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.IsSpecialName).ToList();
            Assert.IsFalse(operators.Any(method => method.Name is "op_Implicit" or "op_Explicit"), $"{type.Name} converts");
            Assert.IsFalse(
                operators.SelectMany(method => method.GetParameters()).Any(parameter => parameter.ParameterType != type && parameter.ParameterType != typeof(ulong)),
                $"{type.Name} mixes address spaces");
        }
    }

    [TestMethod]
    public void EveryAddress_PrintsTheNameOfItsSpace()
    {
        var prefixes = AddressTypes.Select(type => Activator.CreateInstance(type, 0x1000UL)!.ToString()!.Split(':')[0]).ToList();

        CollectionAssert.AllItemsAreUnique(prefixes);
        Assert.IsTrue(AddressTypes.All(type => Activator.CreateInstance(type, 0x1000UL)!.ToString()!.EndsWith(":0x1000", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void NoPublicMember_TakesAnAddressAsARawNumber()
    {
        var offenders =
            from type in PublicTypes
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly).Cast<MethodBase>()
                .Concat(type.GetConstructors())
            from parameter in method.GetParameters()
            let name = parameter.Name ?? ""
            where parameter.ParameterType == typeof(ulong) || parameter.ParameterType == typeof(long)
            where new[] { "addr", "iova", "pfn" }.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
            select $"{type.Name}.{method.Name}({name})";

        CollectionAssert.AreEqual(Array.Empty<string>(), offenders.ToArray());
    }
}
