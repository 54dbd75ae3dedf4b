using System.Runtime.InteropServices;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Debugging;

/// <summary>A hash table whose chains lie in pools: adding and removing take one stripe's lock and allocate only when a stripe grows.</summary>
/// <typeparam name="T">What a node holds.</typeparam>
internal sealed class StripedChains<T>
    where T : struct
{
    private const int StripeCount = 64;
    private const int ChainsPerStripe = 64;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];

    public StripedChains()
    {
        for (var index = 0; index < StripeCount; index++)
            _stripes[index] = new Stripe { Heads = new int[ChainsPerStripe], Nodes = new Node[16] };
    }

    /// <summary>A node to look at, and how to go on.</summary>
    public delegate bool Visitor<TState>(int slot, ref T value, ref TState state)
        where TState : allows ref struct;

    /// <summary>Number of stripes.</summary>
    public static int Stripes => StripeCount;

    /// <summary>The stripe a hash falls into, counted from 0.</summary>
    public static int StripeOf(uint hash) => (int)(hash % StripeCount);

    /// <summary>Adds a node; the slot stays its name until it is removed.</summary>
    public int Add(uint hash, in T value)
    {
        ref var stripe = ref _stripes[StripeOf(hash)];
        stripe.Lock.Enter();
        var slot = stripe.TakeSlot();
        ref var head = ref stripe.Heads[ChainOf(hash)];
        ref var node = ref stripe.Nodes[slot];
        node.Value = value;
        node.Next = head;
        head = slot;
        stripe.Lock.Exit();
        return slot;
    }

    /// <summary>Visits the nodes of a chain until one is accepted; false when none is.</summary>
    public bool Find<TState>(uint hash, ref TState state, Visitor<TState> accepts)
        where TState : allows ref struct
    {
        ref var stripe = ref _stripes[StripeOf(hash)];
        stripe.Lock.Enter();
        var slot = stripe.Heads[ChainOf(hash)];
        while (slot != 0 && !accepts(slot, ref stripe.Nodes[slot].Value, ref state))
            slot = stripe.Nodes[slot].Next;
        stripe.Lock.Exit();
        return slot != 0;
    }

    /// <summary>Removes the first node of a chain that is accepted.</summary>
    public bool Remove<TState>(uint hash, ref TState state, Visitor<TState> accepts)
        where TState : allows ref struct
    {
        ref var stripe = ref _stripes[StripeOf(hash)];
        stripe.Lock.Enter();
        ref var link = ref stripe.Heads[ChainOf(hash)];
        while (link != 0 && !accepts(link, ref stripe.Nodes[link].Value, ref state))
            link = ref stripe.Nodes[link].Next;
        var slot = link;
        if (slot != 0)
        {
            link = stripe.Nodes[slot].Next;
            stripe.Release(slot);
        }

        stripe.Lock.Exit();
        return slot != 0;
    }

    /// <summary>Visits every node of every chain until one is accepted.</summary>
    public void VisitAll<TState>(ref TState state, Visitor<TState> accepts)
        where TState : allows ref struct
    {
        for (var index = 0; index < StripeCount; index++)
        {
            ref var stripe = ref _stripes[index];
            stripe.Lock.Enter();
            var accepted = false;
            foreach (var head in stripe.Heads)
            {
                for (var slot = head; slot != 0 && !accepted; slot = stripe.Nodes[slot].Next)
                    accepted = accepts(slot, ref stripe.Nodes[slot].Value, ref state);
            }

            stripe.Lock.Exit();
            if (accepted)
                return;
        }
    }

    private static uint ChainOf(uint hash) => hash / StripeCount % ChainsPerStripe;

    // Slot 0 ends a chain and is never used.
    private struct Node
    {
        public T Value;
        public int Next;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Stripe
    {
        public RawSpinlock Lock;
        public int[] Heads;
        public Node[] Nodes;
        private int _free;
        private int _used;

        public int TakeSlot()
        {
            if (_free != 0)
            {
                var slot = _free;
                _free = Nodes[slot].Next;
                return slot;
            }

            if (++_used == Nodes.Length)
                Array.Resize(ref Nodes, _used * 2);
            return _used;
        }

        public void Release(int slot)
        {
            Nodes[slot] = default;
            Nodes[slot].Next = _free;
            _free = slot;
        }
    }
}
