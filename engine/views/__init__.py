"""What there is to see of an experiment, computed: samples, surfaces, maps, matrices."""
