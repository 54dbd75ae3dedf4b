using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class EventQueueTests
{
    [TestMethod]
    public void RandomArmsCancelsAndExpiries_AgreeWithASortedList()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var queue = new EventQueue();
            var (happened, expected) = (new List<int>(), new List<int>());
            var events = Enumerable.Range(0, 40).Select(number => new Recorded(number, happened)).ToArray();
            var twin = new List<(long Due, int Order, int Number)>();
            for (var step = 0; step < 400; step++)
            {
                var number = random.Next(events.Length);
                var due = random.Next(100);
                var known = twin.RemoveAll(entry => entry.Number == number) == 1;
                if (random.Next(3) == 0)
                {
                    Assert.AreEqual(known, queue.Cancel(events[number]), $"seed {seed} step {step}");
                    continue;
                }

                Assert.AreEqual(known, queue.Arm(events[number], due), $"seed {seed} step {step}");
                twin.Add((due, step, number));
                Assert.AreEqual(twin.Min(entry => entry.Due), queue.NextDue, $"seed {seed} step {step}");
                if (random.Next(20) != 0)
                    continue;
                var now = random.Next(100);
                expected.AddRange(twin.Where(entry => entry.Due <= now).Order().Select(entry => entry.Number));
                twin.RemoveAll(entry => entry.Due <= now);
                queue.ExpireDue(now);
                CollectionAssert.AreEqual(expected, happened, $"seed {seed} step {step}");
            }
        }
    }

    [TestMethod]
    public void SeededGenerator_GivesTheSameNumbersForEver()
    {
        var generator = new SeededGenerator(1234567);
        var numbers = Enumerable.Range(0, 3).Select(_ => generator.Below(int.MaxValue)).ToArray();

        // SplitMix64 of 1234567 begins 6457827717110365317, 3203168211198807973, 9817491932198370423; Below scales the upper bits.
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        CollectionAssert.AreEqual(published.Select(value => (int)((UInt128)value * int.MaxValue >> 64)).ToArray(), numbers);
    }

    private sealed class Recorded(int number, List<int> happened) : TimedEvent
    {
        public override void Expire() => happened.Add(number);
    }
}
