using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class DmaRandomDriverScenarios
{
    [TestMethod]
    public void ARandomDriverThatFreesWhatItMayNot_IsReportedExactlyWhereAByteListSaysSo()
    {
        for (var seed = 1; seed <= 5; seed++)
            new Program(seed).Run(steps: 2000);
    }

    /// <summary>A driver that maps and frees at random, beside a list of byte ranges that knows which frees are wrong.</summary>
    private sealed class Program(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<KernelBuffer> _objects = [];
        private readonly List<(DmaLoan<FromDevice> Loan, ulong Start, ulong Length, bool Reported)> _mapped = [];

        public void Run(int steps)
        {
            using var bench = new DmaBench();
            long expected = 0;
            for (var step = 0; step < steps; step++)
            {
                switch (_random.Next(6))
                {
                    case 0 or 1 when _objects.Count < 200:
                        _objects.Add(bench.Kmalloc((ulong)_random.Next(1, _random.Next(6) == 0 ? 20000 : 300)));
                        break;
                    case 2 or 3 when _objects.Count != 0:
                        Map(bench, _objects[_random.Next(_objects.Count)]);
                        break;
                    case 4 when _mapped.Count != 0:
                        var index = _random.Next(_mapped.Count);
                        _mapped[index].Loan.Unmap();
                        _mapped.RemoveAt(index);
                        break;
                    case 5 when _objects.Count != 0:
                        expected += Free(bench) ? 1 : 0;
                        break;
                }

                Assert.AreEqual(expected, bench.Sanitizer.CountOf("DRV1002"), $"seed {seed}, step {step}");
                Assert.AreEqual(expected, bench.Sanitizer.Count, $"seed {seed}, step {step}");
            }

            Assert.AreEqual(_mapped.Count, bench.Sanitizer.Debug!.LiveMappings(bench.Device).Count, $"seed {seed}");
        }

        private void Map(DmaBench bench, KernelBuffer buffer)
        {
            var offset = (ulong)_random.NextInt64((long)buffer.LengthBytes);
            var part = buffer.Slice(offset, (ulong)_random.NextInt64(1, (long)(buffer.LengthBytes - offset) + 1));
            Assert.IsTrue(bench.Device.Dma.TryMap<FromDevice>(part, out var loan));
            _mapped.Add((loan, bench.PhysOf(part).Value, part.LengthBytes, false));
        }

        /// <summary>Frees an object, and every mapping of it afterwards, so that its memory can be used again without old mappings in it.</summary>
        private bool Free(DmaBench bench)
        {
            var index = _random.Next(_objects.Count);
            var buffer = _objects[index];
            var start = bench.PhysOf(buffer).Value;
            var isWrong = _mapped.Any(mapping => mapping.Start < start + buffer.LengthBytes && start < mapping.Start + mapping.Length);
            bench.Memory.Kfree(buffer);
            _objects.RemoveAt(index);
            foreach (var mapping in _mapped.Where(mapping => mapping.Start >= start && mapping.Start < start + buffer.LengthBytes).ToList())
            {
                mapping.Loan.Unmap();
                _mapped.Remove(mapping);
            }

            return isWrong;
        }
    }
}
