using System.Reflection;

namespace DriverSdk.Tests.Architecture;

/// <summary>Types and the SDK's own attributes as C# would write them.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } plain)
            return Name(plain) + "?";
        var scope = type.IsNested ? Name(type.DeclaringType!).Split('<')[0] + "." : IsSdk(type) ? type.Namespace + "." : "";
        var arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : "";
        return scope + type.Name.Split('`')[0] + arguments;
    }

    /// <summary>The SDK's attributes in front of a declaration: they are part of the contract.</summary>
    public static string Attributes(ParameterInfo parameter) => Attributes(parameter.GetCustomAttributesData());

    public static string Attributes(MemberInfo member) => Attributes(member.GetCustomAttributesData());

    /// <summary>The SDK's attributes behind a member.</summary>
    public static string Context(MemberInfo member) => Attributes(member).TrimEnd() is { Length: > 0 } text ? "  " + text : "";

    private static string Attributes(IEnumerable<CustomAttributeData> attributes) =>
        string.Concat(attributes.Where(data => IsSdk(data.AttributeType)).Select(Attribute).Order(StringComparer.Ordinal));

    private static string Attribute(CustomAttributeData data)
    {
        var arguments = string.Join(", ", data.ConstructorArguments.Select(Argument));
        return $"[{data.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal)}{(arguments.Length == 0 ? "" : $"({arguments})")}] ";
    }

    private static string Argument(CustomAttributeTypedArgument argument) =>
        argument.ArgumentType.IsEnum ? Enum.ToObject(argument.ArgumentType, argument.Value!).ToString()! : argument.Value?.ToString() ?? "null";

    private static bool IsSdk(Type type) => type.Namespace?.StartsWith("DriverSdk", StringComparison.Ordinal) == true;
}
