using System.Reflection;
using System.Text;

namespace DriverSdk.Tests.Architecture;

/// <summary>An assembly's public surface as text: one line per type and member, in a stable order, every line readable alone.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Render(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in ApiSurface.PublicTypes(assembly).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var (modifiers, member) in Members(type).OrderBy(line => line.Member, StringComparer.Ordinal))
                text.Append("  ").Append(modifiers).Append(TypeText.Name(type)).Append('.').Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        var bases = type.GetInterfaces().Where(type => type.IsPublic || type.IsNestedPublic).Select(TypeText.Name).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            bases = bases.Prepend(TypeText.Name(parent)).Order(StringComparer.Ordinal);
        var list = string.Join(", ", bases);
        return $"{TypeText.Attributes(type)}{Kind(type)} {TypeText.Name(type)}{(list.Length == 0 || type.IsEnum ? "" : " : " + list)}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"enum ({TypeText.Name(Enum.GetUnderlyingType(type))})",
        { IsInterface: true } => "interface",
        { IsValueType: true } => (type.IsByRefLike ? "ref " : "") + "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<(string Modifiers, string Member)> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => ("", $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}"));
        var properties = type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible));
        var methods = type.GetMembers(Declared).OfType<MethodBase>().Where(method => IsVisible(method) && !IsAccessor(method) && !method.Name.Contains('<'));
        return [.. type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName).Select(Field), .. properties.Select(Property), .. methods.Select(Method)];
    }

    private static (string, string) Field(FieldInfo field) =>
        (field.IsLiteral ? "const " : field.IsStatic ? "static " : "", $"{field.Name} : {TypeText.Name(field.FieldType)}{(field.IsLiteral ? " = " + field.GetRawConstantValue() : "")}");

    private static (string, string) Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).Select(accessor => accessor == property.GetMethod ? "get" : IsInit(accessor) ? "init" : "set");
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{Parameters(parameters)}]" : "";
        var text = $"{property.Name}{index} {{ {string.Join(' ', accessors)} }} : {TypeText.Name(property.PropertyType)}{Question(() => Nullability.Create(property))}{TypeText.Context(property)}";
        return (Modifiers(property.GetAccessors(nonPublic: true).First(IsVisible)), text);
    }

    private static (string, string) Method(MethodBase method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeText.Name))}>" : "";
        var result = method is MethodInfo info ? $" : {TypeText.Attributes(info.ReturnParameter)}{TypeText.Name(info.ReturnType)}{Question(() => Nullability.Create(info.ReturnParameter))}" : "";
        return (Modifiers(method), $"{(method.IsConstructor ? "new" : method.Name)}{generic}({Parameters(method.GetParameters())}){result}{TypeText.Context(method)}");
    }

    private static string Modifiers(MethodBase method)
    {
        var access = method.IsPublic ? "" : "protected ";
        if (method.DeclaringType is { IsInterface: true } || method.IsConstructor)
            return access;
        var slot = method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsSealed ? "virtual " : "";
        return access + (method.IsStatic ? "static " : slot);
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
        $"{TypeText.Attributes(parameter)}{Passing(parameter)}{TypeText.Name(parameter.ParameterType)}{Question(() => Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.RawDefaultValue is { } value and not "" ? value : "default") : "")}"));

    private static string Passing(ParameterInfo parameter) => parameter switch
    {
        { ParameterType.IsByRef: false } => "",
        { IsOut: true } => "out ",
        { IsIn: true } => "in ",
        _ => "ref ",
    };

    private static string Question(Func<NullabilityInfo> read)
    {
        var info = read();
        return !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodBase method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");
}
