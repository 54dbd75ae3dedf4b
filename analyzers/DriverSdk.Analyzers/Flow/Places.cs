using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Names what can be read twice with the same result: variables, and fields and properties reached from them or from <c>this</c>.</summary>
internal sealed class Places
{
    private readonly Dictionary<ISymbol, string> _names = new(SymbolEqualityComparer.Default);

    /// <summary>The name of the place an operation reads or writes, or <see langword="null"/> when it has none.</summary>
    public string? Of(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation { Local.RefKind: RefKind.None } local => Of(local.Local),
        IParameterReferenceOperation parameter => Of(parameter.Parameter),
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => "this",
        IFieldReferenceOperation field => Member(field.Instance, field.Field),
        IPropertyReferenceOperation { Arguments.Length: 0 } property => Member(property.Instance, property.Property),
        IConversionOperation { OperatorMethod: null } conversion => Of(conversion.Operand),
        _ => null,
    };

    public string Of(ISymbol variable)
    {
        if (!_names.TryGetValue(variable, out var name))
            _names.Add(variable, name = $"<{variable.Name}{_names.Count}>");
        return name;
    }

    /// <summary>Names a comparison by its operands, so that the same question asked twice has one answer; the negated operators share the name.</summary>
    public string? OfCondition(IOperation operation, out bool negated)
    {
        negated = false;
        if (operation is not IBinaryOperation { OperatorMethod: null } binary || Operand(binary.LeftOperand) is not { } left || Operand(binary.RightOperand) is not { } right)
            return null;
        (var symbol, negated) = binary.OperatorKind switch
        {
            BinaryOperatorKind.Equals => ("==", false),
            BinaryOperatorKind.NotEquals => ("==", true),
            BinaryOperatorKind.LessThan => ("<", false),
            BinaryOperatorKind.GreaterThanOrEqual => ("<", true),
            BinaryOperatorKind.GreaterThan => (">", false),
            BinaryOperatorKind.LessThanOrEqual => (">", true),
            _ => (null, false),
        };
        return symbol is null ? null : $"{left} {symbol} {right}";
    }

    private string? Operand(IOperation operation) =>
        operation.ConstantValue is { HasValue: true, Value: var value } ? $"'{value}'" : Of(operation);

    private string? Member(IOperation? instance, ISymbol member)
    {
        if (member.IsStatic)
            return $"{member.ContainingType.Name}.{member.Name}";

        // An address taken from a buffer stands for the buffer: it has no name of its own.
        if (KnownTypes.StandsForReceiver(member))
            return null;
        return Of(instance) is { } owner ? $"{owner}.{member.Name}" : null;
    }
}
