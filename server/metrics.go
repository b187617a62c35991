package server

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

// Metrics counts what operators watch. No label names an organisation, a device or a destination.
type Metrics struct {
	registry   *prometheus.Registry
	uplinks    prometheus.Counter
	runs       *prometheus.CounterVec
	cpu        prometheus.Counter
	attempts   *prometheus.CounterVec
	executions *prometheus.CounterVec
}

// NewMetrics returns Metrics; waiting tells how many uplinks wait for their triggers.
func NewMetrics(waiting func() int) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		uplinks:  prometheus.NewCounter(prometheus.CounterOpts{Name: "tripline_uplinks_total", Help: "Uplinks that were accepted."}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tripline_script_runs_total", Help: "Runs of scripts by kind and result code."},
			[]string{"kind", "code"}),
		cpu: prometheus.NewCounter(prometheus.CounterOpts{Name: "tripline_script_cpu_seconds_total", Help: "CPU time that scripts used."}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tripline_delivery_attempts_total", Help: "Attempts of deliveries by kind and outcome."},
			[]string{"kind", "outcome"}),
		executions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tripline_executions_total", Help: "Stored steps of executions by state."}, []string{"state"}),
	}
	m.registry.MustRegister(m.uplinks, m.runs, m.cpu, m.attempts, m.executions,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tripline_uplinks_waiting", Help: "Uplinks that wait for their triggers."},
			func() float64 { return float64(waiting()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Uplink counts an uplink that was accepted.
func (m *Metrics) Uplink() { m.uplinks.Inc() }

// Execution counts a stored step of an execution.
func (m *Metrics) Execution(e *dispatch.Execution) {
	m.executions.WithLabelValues(e.State).Inc()
	if e.FinishedAt.IsZero() {
		return
	}
	for i := range e.Runs {
		r := &e.Runs[i]
		code := "ok"
		if r.Error != nil {
			code = string(r.Error.Code)
		}
		m.runs.WithLabelValues(string(r.Kind), code).Inc()
		m.cpu.Add(r.CPUMS / 1000)
	}
}

// Attempt counts an attempt of a delivery.
func (m *Metrics) Attempt(j *deliver.Job) {
	m.attempts.WithLabelValues(string(j.Kind), j.Outcome).Inc()
}

// healthRoutes need no login and say nothing about any organisation.
func (s *Server) healthRoutes() {
	s.engine.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	s.engine.GET("/readyz", func(c *gin.Context) {
		if err := s.Store.Ping(c.Request.Context()); err != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"status": "the database does not answer"})
			return
		}
		if trouble := s.Store.Trouble(); trouble != "" {
			c.JSON(http.StatusServiceUnavailable, gin.H{"status": trouble})
			return
		}
		c.JSON(http.StatusOK, gin.H{"status": "ready"})
	})
	s.engine.GET("/metrics", gin.WrapH(promhttp.HandlerFor(s.Metrics.registry, promhttp.HandlerOpts{})))
}
