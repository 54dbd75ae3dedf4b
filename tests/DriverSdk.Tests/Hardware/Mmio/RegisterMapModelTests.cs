using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Tests.Hardware.Mmio;

/// <summary>Random maps and accesses against a model that is an array of bits, each with an access kind.</summary>
[TestClass]
public sealed class RegisterMapModelTests
{
    private static readonly FieldAccess[] Kinds =
        [FieldAccess.ReadWrite, FieldAccess.ReadOnly, FieldAccess.WriteOneToClear, FieldAccess.WriteOneToSet, FieldAccess.Reserved];

    [TestMethod]
    public void RandomAccesses_DoWhatEveryBitSays()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var state = new State();
            var bits = new FieldAccess[32 * 8];
            Array.Fill(bits, FieldAccess.Reserved);
            var map = RandomMap(random, state, bits);
            var model = new bool[bits.Length];
            for (var bit = 0; bit < bits.Length; bit++)
                model[bit] = bits[bit] != FieldAccess.Reserved && (state.Words[bit / 64] & (1UL << (bit % 64))) != 0;

            for (var step = 0; step < 200; step++)
            {
                var width = (AccessWidth)(1 << random.Next(4));
                var offset = random.Next(32 / (int)width) * (int)width;
                var what = $"seed {seed}, round {round}, step {step}, {width} at 0x{offset:x}";
                if (random.Next(2) == 0)
                    Write(map, state, bits, model, offset, (ulong)random.NextInt64(long.MinValue, long.MaxValue), width);
                Assert.AreEqual(Expected(model, offset, width), map.Read(state, (ulong)offset, width), what);
            }
        }
    }

    private static void Write(RegisterMap<State> map, State state, FieldAccess[] bits, bool[] model, int offset, ulong value, AccessWidth width)
    {
        map.Write(state, (ulong)offset, value, width);
        for (var i = 0; i < (int)width * 8; i++)
        {
            var written = ((value >> i) & 1) != 0;
            var bit = (offset * 8) + i;
            model[bit] = bits[bit] switch
            {
                FieldAccess.ReadWrite => written,
                FieldAccess.WriteOneToClear => model[bit] && !written,
                FieldAccess.WriteOneToSet => model[bit] || written,
                _ => model[bit],
            };
        }
    }

    private static ulong Expected(bool[] model, int offset, AccessWidth width)
    {
        var value = 0UL;
        for (var i = 0; i < (int)width * 8; i++)
            value |= model[(offset * 8) + i] ? 1UL << i : 0;
        return value;
    }

    // State lies at the register's own offset, so that field and value registers can be checked the same way.
    private static RegisterMap<State> RandomMap(Random random, State state, FieldAccess[] bits)
    {
        var builder = new RegisterMapBuilder<State>();
        for (var i = 0; i < state.Words.Length; i++)
            state.Words[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        for (var offset = 0; offset < 32;)
        {
            var bytes = 1 << random.Next(4);
            while (offset % bytes != 0)
                bytes /= 2;
            var (at, asValue) = (offset, random.Next(2) == 0);
            RegisterBuilder<State> Declare(RegisterBuilder<State> r) => RandomFields(random, r, at, bytes, asValue, bits);
            _ = bytes switch
            {
                1 => builder.Register8(at, $"R{at}", Declare),
                2 => builder.Register16(at, $"R{at}", Declare),
                4 => builder.Register32(at, $"R{at}", Declare),
                _ => builder.Register64(at, $"R{at}", Declare),
            };
            offset += bytes;
        }

        return builder.Build();
    }

    private static RegisterBuilder<State> RandomFields(Random random, RegisterBuilder<State> register, int offset, int bytes, bool asValue, FieldAccess[] bits)
    {
        if (asValue)
            register.Value(s => s.Get(offset * 8, bytes * 8), (s, v) => s.Set(offset * 8, bytes * 8, v));
        for (var first = 0; first < bytes * 8;)
        {
            var end = Math.Min(bytes * 8, first + random.Next(1, 20));
            var kind = Kinds[random.Next(Kinds.Length)];
            bits.AsSpan((offset * 8) + first, end - first).Fill(kind);
            var (place, width) = ((offset * 8) + first, end - first);
            _ = (kind, asValue) switch
            {
                (FieldAccess.Reserved, _) => register.Reserved(first..end),
                (_, true) => register.Field(first..end, $"F{first}", kind),
                (FieldAccess.ReadOnly, _) => register.Field(first..end, $"F{first}", kind, s => s.Get(place, width)),
                (FieldAccess.WriteOneToClear, _) => register.Field(first..end, $"F{first}", kind, s => s.Get(place, width), (s, v) => s.Set(place, width, s.Get(place, width) & ~v)),
                (FieldAccess.WriteOneToSet, _) => register.Field(first..end, $"F{first}", kind, s => s.Get(place, width), (s, v) => s.Set(place, width, s.Get(place, width) | v)),
                _ => register.Field(first..end, $"F{first}", kind, s => s.Get(place, width), (s, v) => s.Set(place, width, v)),
            };
            first = end;
        }

        return register;
    }

    private sealed class State
    {
        public ulong[] Words { get; } = new ulong[4];

        public ulong Get(int bit, int count) => (Words[bit / 64] >> (bit % 64)) & Mask(count);

        public void Set(int bit, int count, ulong value) =>
            Words[bit / 64] = (Words[bit / 64] & ~(Mask(count) << (bit % 64))) | ((value & Mask(count)) << (bit % 64));

        private static ulong Mask(int count) => count == 64 ? ulong.MaxValue : (1UL << count) - 1;
    }
}
