using System.Runtime.CompilerServices;

namespace DriverSdk.Kernel.Debugging;

/// <summary>The kernel's table of source places; interning a known place takes no lock and allocates nothing.</summary>
/// <remarks>Places are keyed by the reference of the compiler's file-path literal and the line. Look-ups race only with growth, which publishes whole arrays.</remarks>
internal sealed class CallSiteTable
{
    private readonly Lock _growth = new();
    private Entry[] _byId = new Entry[64];
    private int[] _slots = new int[256];
    private int _count = 1;

    /// <summary>The number for a place; the same place gets the same number.</summary>
    /// <param name="file">The compiler's <c>CallerFilePath</c>.</param>
    /// <param name="line">The compiler's <c>CallerLineNumber</c>.</param>
    public CallSite Intern(string file, int line)
    {
        var slots = Volatile.Read(ref _slots);
        var byId = Volatile.Read(ref _byId);
        for (var slot = Hash(file, line) & (slots.Length - 1); ; slot = (slot + 1) & (slots.Length - 1))
        {
            var id = Volatile.Read(ref slots[slot]);
            if (id == 0 || id >= byId.Length)
                return Add(file, line);
            if (byId[id].Line == line && ReferenceEquals(byId[id].File, file))
                return new CallSite(id);
        }
    }

    /// <summary>The place as <c>Nic.cs:88</c>, or <c>unknown</c>.</summary>
    public string Describe(CallSite site)
    {
        var byId = Volatile.Read(ref _byId);
        return (uint)site.Id < (uint)byId.Length && byId[site.Id].File is { } file
            ? $"{Path.GetFileName(file)}:{byId[site.Id].Line}"
            : "unknown";
    }

    /// <summary>The place's full path and line, or null for an unknown one.</summary>
    public (string File, int Line)? Find(CallSite site)
    {
        var byId = Volatile.Read(ref _byId);
        return (uint)site.Id < (uint)byId.Length && byId[site.Id].File is { } file ? (file, byId[site.Id].Line) : null;
    }

    private static int Hash(string file, int line) => (RuntimeHelpers.GetHashCode(file) * 31) + line;

    private CallSite Add(string file, int line)
    {
        lock (_growth)
        {
            var slot = Hash(file, line) & (_slots.Length - 1);
            for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
            {
                ref var known = ref _byId[_slots[slot]];
                if (known.Line == line && ReferenceEquals(known.File, file))
                    return new CallSite(_slots[slot]);
            }

            if (_count == _byId.Length)
                Grow();
            var id = _count++;
            _byId[id] = new Entry(file, line);
            for (slot = Hash(file, line) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
            {
            }

            Volatile.Write(ref _slots[slot], id);
            return new CallSite(id);
        }
    }

    private void Grow()
    {
        var byId = new Entry[_byId.Length * 2];
        _byId.CopyTo(byId, 0);
        var slots = new int[_slots.Length * 2];
        for (var id = 1; id < _count; id++)
        {
            var slot = Hash(byId[id].File!, byId[id].Line) & (slots.Length - 1);
            while (slots[slot] != 0)
                slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = id;
        }

        // The wider table first: a reader that sees a new slot's id must find it in the array it holds, or fall back to the lock.
        Volatile.Write(ref _byId, byId);
        Volatile.Write(ref _slots, slots);
    }

    private readonly record struct Entry(string? File, int Line);
}
