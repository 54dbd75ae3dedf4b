using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>A switch that is tested often and thrown rarely: testing is a field read, switching sleeps. Linux: <c>static_key</c>.</summary>
/// <remarks>
/// On a real machine switching rewrites the code of every test, under a sleeping lock and after a wait for all CPUs. Put the test into an inlined wrapper around
/// the real function, not inside it, or every caller pays a call for nothing.
/// </remarks>
[MaySleep]
public sealed class StaticKey
{
    private RawSpinlock _lock;
    private int _count;
    private bool _enabled;

    /// <summary>Makes a key that is off.</summary>
    /// <param name="name">Its name in reports.</param>
    [AnyContext]
    public StaticKey(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Its name in reports.</summary>
    [AnyContext]
    public string Name { get; }

    /// <summary>Whether it is on. Linux: <c>static_branch_unlikely</c>.</summary>
    [AnyContext]
    public bool IsEnabled
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _enabled;
    }

    /// <summary>How many references keep it on.</summary>
    [AnyContext]
    public int ReferenceCount => Volatile.Read(ref _count);

    /// <summary>Switches it on; does nothing when it is on. Linux: <c>static_branch_enable</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [SwitchesStaticKey]
    public void Enable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.StaticKeySwitch, "StaticKey.Enable", Name, file, line);
        _lock.Enter();
        Set(Math.Max(_count, 1));
        _lock.Exit();
    }

    /// <summary>Switches it off; does nothing when it is off. Linux: <c>static_branch_disable</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">Several references keep it on.</exception>
    [SwitchesStaticKey]
    public void Disable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.StaticKeySwitch, "StaticKey.Disable", Name, file, line);
        _lock.Enter();
        var count = _count;
        if (count <= 1)
            Set(0);
        _lock.Exit();
        if (count > 1)
            throw new InvalidOperationException($"Static key '{Name}' is disabled while {count} references keep it on. Use Increment and Decrement only, or Enable and Disable only.");
    }

    /// <summary>Adds a reference; the first one switches it on. Linux: <c>static_branch_inc</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [SwitchesStaticKey]
    public void Increment([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.StaticKeySwitch, "StaticKey.Increment", Name, file, line);
        _lock.Enter();
        Set(_count + 1);
        _lock.Exit();
    }

    /// <summary>Drops a reference; the last one switches it off. Linux: <c>static_branch_dec</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">No reference keeps it on.</exception>
    [SwitchesStaticKey]
    public void Decrement([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.StaticKeySwitch, "StaticKey.Decrement", Name, file, line);
        _lock.Enter();
        var count = _count;
        if (count > 0)
            Set(count - 1);
        _lock.Exit();
        if (count == 0)
            throw new InvalidOperationException($"Static key '{Name}' is decremented at zero. Call Decrement once for each Increment.");
    }

    private void Set(int count)
    {
        Volatile.Write(ref _count, count);
        Volatile.Write(ref _enabled, count > 0);
    }
}
