using BenchmarkDotNet.Attributes;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Benchmarks;

/// <summary>What does taking memory and giving it back cost, beside what it cannot cost less than?</summary>
/// <remarks>
/// Every figure is one pair, on CPU 0 of a running machine. The floors: a bare stack's pop and push is an allocator without owner, order or lock; a pair of the
/// kernel's innermost lock is what one visit to a list costs at least, and an order-0 pair makes two visits and one compare-and-swap.
/// </remarks>
[MemoryDiagnoser]
public class PageAllocationBenchmarks
{
    private const int Pairs = 4096;

    private readonly uint[] _stack = new uint[128];
    private PhysicalMemory _ram = null!;
    private KernelMemory _memory = null!;
    private KernelScheduler _scheduler = null!;
    private RawSpinlock _lock;
    private int _top = 64;

    /// <summary>A machine with 1 GiB.</summary>
    [GlobalSetup]
    public void Build()
    {
        _ram = new PhysicalMemory(new MemoryLayout(1UL << 30));
        _memory = new KernelMemory(_ram, 2, new CallSiteTable());
        _scheduler = KernelScheduler.Deterministic(2, seed: 1);
    }

    /// <summary>Gives the machine back.</summary>
    [GlobalCleanup]
    public void Release()
    {
        _scheduler.Dispose();
        _memory.Dispose();
        _ram.Dispose();
    }

    /// <summary>Floor: pop and push of a bare stack of frame numbers.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Pairs)]
    public uint BareStack()
    {
        var sum = 0u;
        for (var pair = 0; pair < Pairs; pair++)
        {
            var frame = _stack[--_top];
            sum += frame;
            _stack[_top++] = frame + 1;
        }

        return sum;
    }

    /// <summary>Floor: the kernel's innermost lock, taken and released.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void LockPair()
    {
        for (var pair = 0; pair < Pairs; pair++)
        {
            _lock.Enter();
            _lock.Exit();
        }
    }

    /// <summary>One page from the allocator itself, call site known.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Order0() => Run(0);

    /// <summary>1 MiB from the allocator itself: split and merged every time.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Order8() => Run(8);

    /// <summary>One page through the drivers' door, which interns the call site.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void AllocPages() => _scheduler.Run(() =>
    {
        for (var pair = 0; pair < Pairs; pair++)
            _memory.FreePages(_memory.AllocPages(0, Gfp.Kernel));
    });

    /// <summary>A small object through the drivers' door.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Kmalloc64() => RunKmalloc(64);

    /// <summary>A sector through the drivers' door.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Kmalloc512() => RunKmalloc(512);

    private void Run(int order) => _scheduler.Run(() =>
    {
        var pages = _memory.Pages;
        for (var pair = 0; pair < Pairs; pair++)
        {
            if (pages.TryAllocPages(order, Gfp.Kernel, default, out Pfn first))
                pages.FreePages(first, order, default);
        }
    });

    private void RunKmalloc(ulong lengthBytes) => _scheduler.Run(() =>
    {
        for (var pair = 0; pair < Pairs; pair++)
            _memory.Kfree(_memory.Kmalloc(lengthBytes, Gfp.Kernel));
    });
}
