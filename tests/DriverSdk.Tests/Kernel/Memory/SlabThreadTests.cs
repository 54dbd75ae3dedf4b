using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class SlabThreadTests
{
    private const int Rounds = 40_000;

    [TestMethod]
    public void ObjectsFreedByAnotherThread_ComeBackOnceEach()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var mailbox = new System.Collections.Concurrent.ConcurrentQueue<PhysAddr>();
        var holders = new int[(int)(32 * TestMemory.MiB / 8)];
        Exception? failure = null;
        var isDone = false;
        var freer = new Thread(() =>
        {
            try
            {
                while (!Volatile.Read(ref isDone) || !mailbox.IsEmpty)
                {
                    if (!mailbox.TryDequeue(out var start))
                        continue;
                    Assert.AreEqual(1, Interlocked.Exchange(ref holders[start.Value / 8], 0));
                    memory.Slabs.Free(start, default);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        freer.Start();

        var random = new Random(1);
        var kept = new List<PhysAddr>();
        for (var round = 0; round < Rounds; round++)
        {
            if (!memory.Slabs.TryAlloc((ulong)(8 << random.Next(6)), Gfp.Atomic, default, out var start))
                continue;
            Assert.AreEqual(0, Interlocked.Exchange(ref holders[start.Value / 8], 1), $"{start} has two holders");
            if (random.Next(2) == 0)
            {
                mailbox.Enqueue(start);
            }
            else if (random.Next(2) == 0)
            {
                kept.Add(start);
            }
            else
            {
                Assert.AreEqual(1, Interlocked.Exchange(ref holders[start.Value / 8], 0));
                memory.Slabs.Free(start, default);
            }
        }

        kept.ForEach(mailbox.Enqueue);
        Volatile.Write(ref isDone, true);
        freer.Join();
        Assert.IsNull(failure, failure?.ToString());
        Assert.IsTrue(holders.All(holder => holder == 0));
    }
}
