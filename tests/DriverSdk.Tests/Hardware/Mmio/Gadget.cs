using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Tests.Hardware.Mmio;

/// <summary>Something with a register of every kind.</summary>
internal sealed class Gadget
{
    public static readonly RegisterMap<Gadget> Map = new RegisterMapBuilder<Gadget>()
        .Register64(0x00, "CAP", r => r.Constant(0x1122_3344_5566_7788))
        .Register32(0x08, "CC", r => r
            .Value(d => d.Configuration, (d, v) => d.Configuration = (uint)v)
            .Flag(0, "EN")
            .Reserved(1..4)
            .Field(4..7, "CSS")
            .Field(7..16, "RO", FieldAccess.ReadOnly)
            .Reserved(16..32))
        .Register32(0x0c, "CTRL", r => r
            .Flag(0, "START", set: (d, on) => d.Calls.Add($"start {on}"))
            .Flag(1, "IRQ", get: d => d.InterruptOn, set: (d, on) => d.InterruptOn = on)
            .Flag(2, "FAULT", FieldAccess.WriteOneToClear, get: d => d.Faulted, set: (d, _) => d.Faulted = false)
            .Flag(3, "BUSY", get: _ => true)
            .Field(4..20, "LEVEL", get: d => d.Level, set: (d, v) => d.Level = (uint)v)
            .Reserved(20..32))
        .Register32(0x10, "MASKSET", r => r.Field(0..32, "M", FieldAccess.WriteOneToSet, d => d.Mask, (d, v) => d.Mask |= (uint)v))
        .Register32(0x14, "MASKCLR", r => r.Field(0..32, "M", FieldAccess.WriteOneToClear, d => d.Mask, (d, v) => d.Mask &= ~(uint)v))
        .Register64(0x18, "BASE", r => r.Value(d => d.Base, (d, v) => d.Base = v))
        .Register8(0x20, "B0", r => r.Value(_ => 0xb0))
        .Register8(0x21, "B1", r => r.Value(_ => 0xb1))
        .Register16(0x22, "W2", r => r.Value(_ => 0xc2))
        .Gap(0x24..0x40)
        .Array(0x40, "TAIL", AccessWidth.DoubleWord, count: 4, strideBytes: 8, a => a.Value(set: (d, i, v) => d.Calls.Add($"tail {i} {v:x}")))
        .Array(0x44, "HEAD", AccessWidth.DoubleWord, count: 4, strideBytes: 8, a => a.Value(get: (d, i) => (ulong)i + 0x100))
        .Build();

    public List<string> Calls { get; } = [];

    public uint Configuration { get; set; } = 0xff80;

    public bool InterruptOn { get; set; }

    public bool Faulted { get; set; } = true;

    public uint Level { get; set; } = 0x1234;

    public uint Mask { get; set; }

    public ulong Base { get; set; }
}
