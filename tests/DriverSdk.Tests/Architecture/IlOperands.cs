using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace DriverSdk.Tests.Architecture;

/// <summary>Reads the metadata tokens out of a method body.</summary>
internal static class IlOperands
{
    private static readonly FrozenDictionary<ushort, OperandType> OperandByCode = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => unchecked((ushort)code.Value), code => code.OperandType);

    public static IEnumerable<EntityHandle> Tokens(byte[] il)
    {
        var position = 0;
        while (position < il.Length)
        {
            ushort code = il[position++];
            if (code == 0xfe)
                code = (ushort)(0xfe00 | il[position++]);
            var operand = OperandByCode[code];
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig)
                yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(il, position));
            position += operand == OperandType.InlineSwitch ? 4 + 4 * BitConverter.ToInt32(il, position) : Size(operand);
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
